import type { FileTime } from "../../host/ports.ts";
import type { EntryHeader, EntryType } from "../entry.ts";
import { broken, hostile, showName } from "../refuse.ts";
import type { RawHeader } from "./header.ts";
import type { PaxRecords } from "./pax.ts";

/** From this size on a ustar size field does not hold the value (11 octal digits). */
const USTAR_SIZE_LIMIT = 8 * 1024 ** 3;
const NAME_FIELD = 100;

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "\0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character device",
  "4": "block device",
  "5": "directory",
  "6": "fifo",
};

/** Known, and nothing that a layer can have: some readers pass over them, Python makes files of them. */
const FOREIGN_TYPES: Readonly<Record<string, string>> = {
  "V": "a volume label, as `tar -V` writes one; pack without -V",
  "M": "the rest of a file that began on another volume; pack without -M",
  "D": "a directory's listing, as `tar --incremental` writes one; pack without -g and -G",
  "N": "a long name of an old GNU tar; pack with `tar --format=pax`",
  "7": "a contiguous file; pack with `tar --format=pax`",
  "A": "an access control list of Solaris; pack with `tar --format=pax`",
  "E": "extended attributes of Solaris; pack with `tar --format=pax`",
  "X": "an extended header of Solaris; pack with `tar --format=pax`",
};

/** What stood in front of a header and changes its meaning. */
export interface Extensions {
  readonly pax: PaxRecords;
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
  /** What the last global header said; POSIX: for every entry without a time in its own PAX header. */
  readonly globalTime: FileTime | undefined;
}

/**
 * The entry that a header and its extensions describe, with every contradiction between them refused.
 * @throws EdgebootError ARCHIVE_BROKEN, ARCHIVE_HOSTILE
 */
export function composeEntry(
  header: RawHeader,
  { pax, longName, longLink, globalTime }: Extensions,
): EntryHeader {
  const name = pax.path ?? longName ?? header.name;
  if (pax.path !== undefined) checkNameOverride(pax.path, header.name);
  const link = pax.linkpath ?? longLink ?? header.linkName;
  if (pax.linkpath !== undefined) checkLinkOverride(pax.linkpath, header.linkName, name);
  const type = typeOf(header, name);
  const size = sizeOf(header, pax.size);
  const modified = pax.modified ?? globalTime ?? header.modified;
  const common = { name, type, mode: header.mode, modified, size };
  if (type !== "file" && common.size !== 0) throw hostile("size-without-content", name);
  if (type === "symlink" || type === "hardlink") return { ...common, linkTarget: link };
  if (link !== "") throw broken("tar-link-on-file", showName(name));
  return common;
}

function typeOf(header: RawHeader, name: string): EntryType {
  if (header.flag === "S") throw hostile("sparse-file", name);
  const type = TYPES[header.flag];
  if (type === undefined) {
    const known = FOREIGN_TYPES[header.flag];
    throw hostile("entry-type-unknown", name, known ?? `typeflag ${JSON.stringify(header.flag)}`);
  }
  // Version 7 had no directory type: a name that ends with '/' was one.
  if (header.dialect === "v7" && type === "file" && name.endsWith("/")) return "directory";
  return type;
}

/** A PAX size is for what the header cannot hold. Where it can, both must say the same. */
function sizeOf(header: RawHeader, paxSize: number | undefined): number {
  if (paxSize === undefined) {
    if (header.sizeIsBinary && header.dialect !== "gnu") {
      throw broken("tar-number", `a base-256 size in a ${header.dialect} header`);
    }
    return header.size;
  }
  // Where it cannot, writers leave 0 in the header, or the same number in base 256.
  if (paxSize !== header.size && (paxSize < USTAR_SIZE_LIMIT || header.size !== 0)) {
    throw broken("tar-pax-disagrees", `${header.size} and ${paxSize} bytes`);
  }
  return paxSize;
}

/**
 * Some writers put a placeholder into a header whose name a PAX record has (node-tar: `PaxHeader`). Where
 * that record was not needed, and the header's name is one that no archive may have, there are two
 * archives in one: the other for those that know no PAX, such as busybox.
 */
function checkNameOverride(path: string, headerName: string): void {
  if (path === headerName || !fitsHeader(path)) return;
  if (path.startsWith("./")) throw hostile("path-alias", path);
  if (headerName.startsWith("/") || headerName.split("/").includes("..")) {
    throw broken("tar-pax-disagrees", `the name ${showName(path)} over ${showName(headerName)}`);
  }
}

/** Two different link targets where one would fit the header: each kind of reader would follow its own. */
function checkLinkOverride(linkpath: string, headerLink: string, name: string): void {
  if (headerLink === "" || headerLink === linkpath || !fitsHeader(linkpath)) return;
  throw broken("tar-pax-disagrees", `the link target of ${showName(name)}`);
}

function fitsHeader(text: string): boolean {
  if (text.length > NAME_FIELD) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
