import type { FileTime } from "../../host/ports.ts";
import { byteLength, decodeLoosely, decodeName } from "../names.ts";
import { broken, showName } from "../refuse.ts";
import { EPOCH, fileTime } from "../times.ts";
import { checksumHolds, isZero, readOctal, readSize } from "./numbers.ts";

export const BLOCK = 512;

/** Which of the three header layouts a block has. An archive keeps to one. */
export type Dialect = "posix" | "gnu" | "v7";

/** One header block, before PAX or GNU long-name records are applied. */
export interface RawHeader {
  readonly dialect: Dialect;
  /** typeflag as a character; "\0" where it is NUL. */
  readonly flag: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number | undefined;
  readonly modified: FileTime;
  /** bytes */
  readonly size: number;
  /** GNU's and star's base-256 notation was used. */
  readonly sizeIsBinary: boolean;
}

const NAME_LENGTH = 100;
const MAGIC = 257;
const DEVICES = 329;
const PREFIX = 345;
const PREFIX_END = 500;
/** Where star and node-tar keep two times, behind a prefix that is shorter by them. */
const TIMES_IN_PREFIX = [476, 488] as const;
const TIME_BYTES = 12;

/** Fields that an extended header in front replaces. */
export interface Overridden {
  readonly name: boolean;
  readonly link: boolean;
}

/** Types whose own name means nothing: PAX headers and GNU long names. */
const META_FLAGS = "xgLK";
/** GNU's own types, which are refused for what they are. */
const GNU_FLAGS = "DMNSV";
/** Types without contents; GNU tar leaves the size of a volume label blank. */
const BLANK_SIZE_FLAGS = "123456V";

/**
 * Text that is used must be UTF-8. Text that is not used may be cut in the middle of a character:
 * that is how bsdtar fills the field of a name that a PAX record holds in full.
 * @throws EdgebootError ARCHIVE_BROKEN; ARCHIVE_HOSTILE for a name that is not UTF-8
 */
export function readHeader(block: Uint8Array, overridden: Overridden): RawHeader {
  if (!checksumHolds(block)) throw broken("tar-checksum");
  const dialect = dialectOf(block);
  const flag = String.fromCharCode(block[156]!);
  const isMeta = META_FLAGS.includes(flag);
  if (dialect === "gnu" && !GNU_FLAGS.includes(flag)) refuseGnuPrefix(block);
  const name = isMeta ? "" : nameOf(block, dialect, overridden.name ? decodeLoosely : decodeName);
  const size = readSize(block, 124, 12);
  // Blank sizes are seen on entries that have none; for everything else the size frames the archive.
  const blank = !size.ok && isZero(block, 124, 136) && BLANK_SIZE_FLAGS.includes(flag);
  if (!size.ok && !blank) throw broken("tar-number", `the size of ${showName(name)}`);
  const mode = readOctal(block, 100, 8);
  if (mode < 0 && !isZero(block, 100, 108)) {
    throw broken("tar-number", `the mode of ${showName(name)}`);
  }
  return {
    dialect,
    flag,
    name,
    linkName: field(
      block,
      157,
      NAME_LENGTH,
      overridden.link || isMeta ? decodeLoosely : decodeName,
    ),
    mode: mode < 0 ? undefined : mode & 0o7777,
    modified: timeOf(block),
    size: size.ok ? size.value : 0,
    sizeIsBinary: size.ok && size.base256,
  };
}

/** Base 256 may be negative here (0xff in front); blank and unreadable ones are no reason to refuse. */
function timeOf(block: Uint8Array): FileTime {
  const seconds = readSize(block, 136, 12);
  return seconds.ok ? fileTime(seconds.value) : EPOCH;
}

function dialectOf(block: Uint8Array): Dialect {
  const magic = String.fromCharCode(...block.subarray(MAGIC, MAGIC + 8));
  if (magic === "ustar\x0000") {
    // star and its relatives keep times in the prefix's tail, so the same bytes name other files.
    if (!isZero(block, PREFIX_END, BLOCK)) {
      throw broken("tar-header-unknown", "bytes after the last field of ustar, as in star");
    }
    return "posix";
  }
  if (magic === "ustar  \0") return "gnu";
  if (isVersion7(block)) return "v7";
  throw broken("tar-header-unknown");
}

/** All zero after the link name, except that GNU tar's --format=v7 writes device numbers of 0. */
function isVersion7(block: Uint8Array): boolean {
  return isZero(block, MAGIC, DEVICES) && isZero(block, PREFIX, BLOCK) &&
    [DEVICES, DEVICES + 8].every((at) =>
      isZero(block, at, at + 8) || readOctal(block, at, 8) === 0
    );
}

type Decode = (bytes: Uint8Array) => string;

function nameOf(block: Uint8Array, dialect: Dialect, decode: Decode): string {
  const name = field(block, 0, NAME_LENGTH, decode);
  if (dialect !== "posix") return name;
  const end = hasTimesInPrefix(block) ? TIMES_IN_PREFIX[0] : PREFIX_END;
  const prefix = field(block, PREFIX, end - PREFIX, decode);
  if (prefix === "") return name;
  const full = `${prefix}/${name}`;
  // Writers split anywhere, GNU tar even behind a "." in front; but only where a name is too long.
  const odd = prefix === "." || name === "";
  if (odd && byteLength(full) <= NAME_LENGTH) throw broken("tar-name-split", showName(full));
  return full;
}

/** Behind a NUL that ends the prefix for everybody, so all read the same name. */
function hasTimesInPrefix(block: Uint8Array): boolean {
  return block[TIMES_IN_PREFIX[0] - 1] === 0 &&
    TIMES_IN_PREFIX.every((at) =>
      isZero(block, at, at + TIME_BYTES) || readOctal(block, at, TIME_BYTES) >= 0
    );
}

/** Only POSIX has a prefix; GNU keeps times there with --incremental, and Python takes them for one. */
function refuseGnuPrefix(block: Uint8Array): void {
  if (!isZero(block, PREFIX, PREFIX_END)) throw broken("tar-gnu-prefix");
}

/** A text field: up to its first NUL or its whole width, with nothing behind the NUL. */
function field(block: Uint8Array, offset: number, width: number, decode: Decode): string {
  if (block[offset] === 0 && isZero(block, offset, offset + width)) return "";
  let end = offset;
  while (end < offset + width && block[end] !== 0) end++;
  if (!isZero(block, end, offset + width)) {
    throw broken("tar-field-residue");
  }
  return decode(block.subarray(offset, end));
}
