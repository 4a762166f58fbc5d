import type { OpenFile } from "../../host/ports.ts";
import { holdsSignature, lastSignature, SIGNATURE, u16, u32, u64 } from "./bytes.ts";
import { refuse } from "./refusal.ts";
import { readExactly } from "./window.ts";

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
const MAX_COMMENT_BYTES = 0xffff;

/** Where everything is, from the end record(s). All in bytes from the start of the file. */
export interface Ending {
  readonly entries: number;
  readonly directoryStart: number;
  readonly directorySize: number;
  /** What every offset in the archive is relative to: 0, or the length of what was put in front. */
  readonly base: number;
}

interface EndRecord {
  readonly entries: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
}

/**
 * Finds the one end record. A tool that searches backwards and one that searches forwards must come
 * to the same record, or an archive could show each of them other contents.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function findEnding(file: OpenFile, fileSize: number): Ending {
  const tailBytes = MAX_COMMENT_BYTES + END_BYTES + LOCATOR_BYTES + ZIP64_END_BYTES;
  const tailStart = Math.max(0, fileSize - tailBytes);
  const tail = readExactly(file, tailStart, fileSize - tailStart);
  const at = locateEnd(tail);
  refuseOtherEnds(tail, at);
  const plain = readEnd(tail, at);
  const zip64 = readZip64(tail, at, plain);
  if (zip64 === undefined && plain.onOtherDisk) {
    refuse("zip-multi-disk", { detail: "the end record names another disk" });
  }
  const record = zip64?.record ?? plain;
  const directoryEnd = tailStart + (zip64?.at ?? at);
  const directoryStart = directoryEnd - record.directorySize;
  const base = directoryStart - record.directoryOffset;
  if (directoryStart < 0 || base < 0) {
    refuse("zip-directory-misplaced", {
      detail: `${record.directorySize} bytes at ${record.directoryOffset} cannot end ` +
        `at ${directoryEnd}, where the end record starts`,
    });
  }
  if (zip64 !== undefined && zip64.statedAt + base !== directoryEnd) {
    refuse("zip-zip64-end-inconsistent", {
      detail: `the locator says ${zip64.statedAt}, the zip64 end record is at ` +
        `${directoryEnd - base}`,
    });
  }
  return { entries: record.entries, directoryStart, directorySize: record.directorySize, base };
}

/** Whether the file ends like a zip, whatever it begins with. */
export function hasEnding(file: OpenFile, fileSize: number): boolean {
  const start = Math.max(0, fileSize - MAX_COMMENT_BYTES - END_BYTES);
  const tail = readExactly(file, start, fileSize - start);
  const at = lastSignature(tail, SIGNATURE.end, tail.length - END_BYTES);
  return at >= 0 && u16(tail, at + 20) === tail.length - at - END_BYTES;
}

function locateEnd(tail: Uint8Array): number {
  const at = lastSignature(tail, SIGNATURE.end, tail.length - END_BYTES);
  if (at < 0) {
    refuse("zip-end-missing", { detail: "no end record; the file is truncated or not a zip" });
  }
  const commentLength = u16(tail, at + 20);
  const found = tail.length - at - END_BYTES;
  if (commentLength !== found) {
    refuse("zip-end-missing", {
      detail: `${found} bytes follow the last end record, whose comment is ${commentLength} long`,
    });
  }
  return at;
}

/**
 * Comments are allowed: `git archive` writes the commit ID there. But a comment must be only text,
 * and no earlier end record may claim that everything after it is its comment (malo `zipinzip`).
 */
function refuseOtherEnds(tail: Uint8Array, at: number): void {
  if (holdsSignature(tail.subarray(at + END_BYTES))) {
    refuse("zip-end-ambiguous", { detail: "the comment holds a record of the zip format" });
  }
  for (let other = at; (other = lastSignature(tail, SIGNATURE.end, other - 1)) >= 0;) {
    if (u16(tail, other + 20) === tail.length - other - END_BYTES) {
      refuse("zip-end-ambiguous", {
        detail: "an earlier end record takes the rest of the file for its comment",
      });
    }
  }
}

function readEnd(tail: Uint8Array, at: number): EndRecord & { onOtherDisk: boolean } {
  const [disk, directoryDisk] = [u16(tail, at + 4), u16(tail, at + 6)];
  const [entriesHere, entries] = [u16(tail, at + 8), u16(tail, at + 10)];
  if (!isZeroOr(disk, 0xffff) || !isZeroOr(directoryDisk, 0xffff) || entriesHere !== entries) {
    refuse("zip-multi-disk", {
      detail: `disk ${disk}, central directory on disk ${directoryDisk}, ` +
        `${entriesHere} of ${entries} entries here`,
    });
  }
  return {
    entries,
    directorySize: u32(tail, at + 12),
    directoryOffset: u32(tail, at + 16),
    onOtherDisk: disk !== 0 || directoryDisk !== 0,
  };
}

/**
 * The zip64 records count where a locator stands directly in front of the end record, whether or
 * not a field of the latter says 0xFFFF: Info-ZIP writes them on standard input with every plain
 * field filled in. Then all three records have to tell the same story, so that it does not matter
 * which of them a tool believes. Without a locator 0xFFFF is just 65,535.
 */
function readZip64(
  tail: Uint8Array,
  end: number,
  plain: EndRecord,
): { record: EndRecord; at: number; statedAt: number } | undefined {
  const locator = end - LOCATOR_BYTES;
  if (locator < 0 || u32(tail, locator) !== SIGNATURE.zip64Locator) return undefined;
  const at = locator - ZIP64_END_BYTES;
  // The extensible data sector (4.3.14.2) only serves encryption of the central directory, so the
  // record has its fixed length and lies directly in front of the locator.
  if (at < 0 || u32(tail, at) !== SIGNATURE.zip64End || u64(tail, at + 4) !== 44) {
    refuse("zip-zip64-end-inconsistent", {
      detail: "the locator is not preceded by a zip64 end record of the usual length",
    });
  }
  if (
    u32(tail, locator + 4) !== 0 || u32(tail, locator + 16) > 1 ||
    u32(tail, at + 16) !== 0 || u32(tail, at + 20) !== 0
  ) {
    refuse("zip-multi-disk", { detail: "the zip64 end record names another disk" });
  }
  const [statedAt, entriesHere] = [offset(tail, locator + 8), offset(tail, at + 24)];
  const record = {
    entries: offset(tail, at + 32),
    directorySize: offset(tail, at + 40),
    directoryOffset: offset(tail, at + 48),
  };
  const agrees = entriesHere === record.entries &&
    isSameOr(plain.entries, record.entries, 0xffff) &&
    isSameOr(plain.directorySize, record.directorySize, 0xffffffff) &&
    isSameOr(plain.directoryOffset, record.directoryOffset, 0xffffffff);
  if (!agrees) {
    refuse("zip-zip64-end-inconsistent", {
      detail: `plain: ${describe(plain)}; zip64: ${describe(record)}`,
    });
  }
  return { record, at, statedAt };
}

function offset(tail: Uint8Array, at: number): number {
  return u64(tail, at) ??
    refuse("zip-number-too-large", { detail: "in the zip64 end record or its locator" });
}

function isZeroOr(value: number, sentinel: number): boolean {
  return value === 0 || value === sentinel;
}

function isSameOr(plain: number, value: number, sentinel: number): boolean {
  return plain === value || plain === sentinel;
}

function describe(record: EndRecord): string {
  return `${record.entries} entries in ${record.directorySize} bytes ` +
    `at ${record.directoryOffset}`;
}
