import type { EntryType } from "../entry.ts";
import { u16, u32 } from "./bytes.ts";
import { refuse } from "./refusal.ts";

/** Upper byte of "version made by" (APPNOTE 4.4.2.2): who gives the external attributes a meaning. */
const UNIX_HOSTS: ReadonlySet<number> = new Set([3, 19]);
const DOS_DIRECTORY = 0x10;
const TYPE_BITS = 0o170000;
const NO_MODE = 0xffff;

/** The file type bits of `st_mode`; 0 is what writers leave that only fill in permissions. */
const TYPES: ReadonlyMap<number, EntryType> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "symlink"],
  [0o020000, "character device"],
  [0o060000, "block device"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
]);

/**
 * The mode in ASi's field (Info-ZIP, 0x756e: CRC-32, mode, size or device, uid, gid, link target), which
 * PHP's writer puts on every entry, must be of the same type, and have no link: some tools for Java
 * believe it. Its permissions are not used.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function checkAsiUnix(field: Uint8Array, type: EntryType, entry: string): void {
  const bits = field.length < ASI_BYTES ? -1 : u16(field, 4) & TYPE_BITS;
  const agrees = bits === 0 ? type === "file" || type === "directory" : TYPES.get(bits) === type;
  if (agrees && type !== "symlink" && field.length === ASI_BYTES && u32(field, 6) === 0) return;
  refuse("zip-extra-conflicting", {
    entry,
    detail: `field 0x756e (ASi Unix mode and link) on a ${type}`,
  });
}

/** Without a link target. */
const ASI_BYTES = 14;

/** Of "version made by". */
export function isFromUnix(madeBy: number): boolean {
  return UNIX_HOSTS.has(madeBy >>> 8);
}

export interface Attributes {
  readonly type: EntryType;
  readonly mode: number | undefined;
}

/**
 * Type and mode out of the external attributes (APPNOTE 4.4.15). A directory is one by its trailing
 * slash, its type bits and the DOS attribute alike, since tools differ in which of them they ask.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function readAttributes(name: string, madeBy: number, external: number): Attributes {
  const slash = name.endsWith("/");
  const unixMode = external >>> 16;
  const fromUnix = isFromUnix(madeBy);
  // Maven's packer has no mode (-1) for directories that it adds on the way; slash and attribute agree.
  const modeless = unixMode === NO_MODE && slash && (external & DOS_DIRECTORY) !== 0;
  const stated = modeless ? undefined : statedType(name, unixMode, fromUnix);
  if (stated !== undefined && (stated === "directory") !== slash) {
    mismatch(name, slash ? `a trailing slash on a ${stated}` : "a directory mode without a slash");
  }
  if (!slash && (external & DOS_DIRECTORY) !== 0) {
    mismatch(name, "the DOS directory attribute without a trailing slash");
  }
  return {
    type: stated ?? (slash ? "directory" : "file"),
    mode: fromUnix && unixMode !== 0 && !modeless ? unixMode & 0o7777 : undefined,
  };
}

/**
 * Entries that claim another host may carry Unix bits all the same (unzip believes them, Python does
 * not): harmless for files and directories, refused where they would make something else of it.
 */
function statedType(name: string, unixMode: number, fromUnix: boolean): EntryType | undefined {
  const bits = unixMode & TYPE_BITS;
  if (bits === 0) return undefined;
  const type = TYPES.get(bits);
  const plain = type === "file" || type === "directory";
  if (type === undefined || (!fromUnix && !plain)) {
    refuse("zip-type-ambiguous", {
      entry: name,
      detail: `type bits 0o${bits.toString(8)} (${type ?? "unknown"}), ` +
        (fromUnix ? "from Unix" : "not from Unix"),
    });
  }
  return type;
}

function mismatch(entry: string, detail: string): never {
  refuse("zip-directory-entry-mismatch", { entry, detail });
}
