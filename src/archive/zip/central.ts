import type { FileTime } from "../../host/ports.ts";
import type { EntryType } from "../entry.ts";
import { checkAsiUnix, isFromUnix, readAttributes } from "./attributes.ts";
import { SIGNATURE, u16, u32 } from "./bytes.ts";
import { type Crc32, decodeName, nameForMessages } from "./entry_name.ts";
import { parseExtra, resolveZip64 } from "./extra.ts";
import { refuse } from "./refusal.ts";

export const CENTRAL_HEADER_BYTES = 46;
export const METHOD = { stored: 0, deflate: 8 } as const;
const MAX_LINK_TARGET_BYTES = 4096;
const EMPTY_DEFLATED_BYTES = 2;

/** One record of the central directory, checked as far as it can be without the rest of the file. */
export interface CentralEntry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly type: EntryType;
  readonly mode: number | undefined;
  /** undefined where only the plain date and time are there: {@link plainTime} */
  readonly modified: FileTime | undefined;
  /** Date and time as DOS packed them, date in the upper half. */
  readonly plainTime: number;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** unpacked bytes */
  readonly size: number;
  readonly packedSize: number;
  /** of the local header, as stated */
  readonly offset: number;
  /** of this record in the central directory */
  readonly recordBytes: number;
}

const FLAGS_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13;
/** Bits 1 and 2 tell how hard the compressor tried, 3 announces a descriptor, 11 is UTF-8. */
const FLAGS_KNOWN = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 11;
const NEWEST_VERSION = 63;

/** @throws EdgebootError ARCHIVE_BROKEN */
export function parseCentral(directory: Uint8Array, at: number, crc32: Crc32): CentralEntry {
  const { nameBytes, extra, recordBytes } = frame(directory, at);
  const shown = nameForMessages(nameBytes);
  const flags = u16(directory, at + 8);
  const method = u16(directory, at + 10);
  checkFeatures(shown, u16(directory, at + 6), flags, method);
  const fields = parseExtra(extra, shown);
  const madeBy = u16(directory, at + 4);
  const origin = { flags, fromUnix: isFromUnix(madeBy) };
  const name = decodeName(nameBytes, origin, fields.unicodePath, crc32);
  const wide = resolveZip64(
    {
      packedSize: u32(directory, at + 20),
      size: u32(directory, at + 24),
      disk: u16(directory, at + 34),
      offset: u32(directory, at + 42),
    },
    fields.zip64,
    name,
  );
  if (wide.disk !== 0) refuse("zip-multi-disk", { entry: name, detail: `on disk ${wide.disk}` });
  const entry: CentralEntry = {
    name,
    nameBytes,
    ...readAttributes(name, madeBy, u32(directory, at + 38)),
    modified: fields.modified,
    plainTime: u32(directory, at + 12),
    flags,
    method,
    crc: u32(directory, at + 16),
    size: wide.size,
    packedSize: wide.packedSize,
    offset: wide.offset!,
    recordBytes,
  };
  if (fields.asiUnix !== undefined) checkAsiUnix(fields.asiUnix, entry.type, name);
  checkSizes(entry);
  return entry;
}

/** The record's parts of variable length, all of which must lie within the directory. */
function frame(directory: Uint8Array, at: number) {
  if (
    at + CENTRAL_HEADER_BYTES > directory.length || u32(directory, at) !== SIGNATURE.centralHeader
  ) {
    refuse("zip-directory-broken", { detail: `no record at its byte ${at}` });
  }
  const nameEnd = at + CENTRAL_HEADER_BYTES + u16(directory, at + 28);
  const extraEnd = nameEnd + u16(directory, at + 30);
  const end = extraEnd + u16(directory, at + 32);
  if (end > directory.length) {
    refuse("zip-directory-broken", { detail: `the record at its byte ${at} runs past its end` });
  }
  return {
    nameBytes: directory.subarray(at + CENTRAL_HEADER_BYTES, nameEnd),
    extra: directory.subarray(nameEnd, extraEnd),
    recordBytes: end - at,
  };
}

function checkFeatures(entry: string, version: number, flags: number, method: number): void {
  if ((flags & FLAGS_ENCRYPTED) !== 0) {
    refuse("zip-entry-encrypted", {
      entry,
      detail: `flags 0x${flags.toString(16)}`,
      next: "pack it again without a password; a layer's secrecy is the registry's task",
    });
  }
  if ((flags & ~FLAGS_KNOWN) !== 0) {
    refuse("zip-flag-reserved", { entry, detail: `flags 0x${flags.toString(16)}` });
  }
  if (method !== METHOD.stored && method !== METHOD.deflate) {
    refuse("zip-method-unsupported", {
      entry,
      detail: `method ${method}${METHOD_NAMES[method] ? ` (${METHOD_NAMES[method]})` : ""}`,
      next: "pack it again with deflate, or, for a smaller and faster layer, as tar + zstd: " +
        "`tar --zstd`",
    });
  }
  // The upper byte is the host system in some writers' records, and means nothing here.
  if ((version & 0xff) > NEWEST_VERSION) {
    refuse("zip-version-unknown", { entry, detail: `version ${version & 0xff}` });
  }
}

/** APPNOTE 4.4.5 */
const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: "shrink",
  6: "implode",
  9: "deflate64",
  12: "bzip2",
  14: "LZMA",
  20: "zstd, old number",
  93: "zstd",
  94: "MP3",
  95: "XZ",
  96: "JPEG",
  97: "WavPack",
  98: "PPMd",
  99: "AES",
};

function checkSizes({ name, type, method, size, packedSize }: CentralEntry): void {
  if (method === METHOD.stored && size !== packedSize) {
    refuse("zip-stored-size-differs", {
      entry: name,
      detail: `${packedSize} bytes packed, ${size} unpacked`,
    });
  }
  // Java deflates even nothing, to two bytes; more packed bytes than that would be a hiding place.
  if (type === "directory" && (size !== 0 || packedSize > EMPTY_DEFLATED_BYTES)) {
    refuse("zip-directory-entry-mismatch", {
      entry: name,
      detail: `a directory of ${size} bytes, ${packedSize} packed`,
    });
  }
  const longest = Math.max(size, packedSize);
  if (type === "symlink" && (size === 0 || longest > MAX_LINK_TARGET_BYTES)) {
    refuse("zip-link-target-invalid", { entry: name, detail: `it has ${longest} bytes` });
  }
  const special = type !== "file" && type !== "directory" && type !== "symlink";
  if (special && (size !== 0 || packedSize > EMPTY_DEFLATED_BYTES)) {
    refuse("zip-special-with-content", { entry: name, detail: `a ${type} of ${longest} bytes` });
  }
}
