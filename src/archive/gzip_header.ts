import { broken } from "./refuse.ts";

/** RFC 1952 section 2.3.1. */
const FHCRC = 0x02;
const FEXTRA = 0x04;
const FNAME = 0x08;
const FCOMMENT = 0x10;
const RESERVED = 0xe0;

const FIXED_BYTES = 10;
const MAX_HEADER_BYTES = 128 * 1024;

/**
 * The length in bytes of the member header at the start of `bytes`, or undefined where more is
 * needed to tell.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function gzipHeaderLength(
  bytes: Uint8Array,
  crc32: (bytes: Uint8Array) => number,
): number | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw broken("gzip-header", "no magic");
  if (bytes[2] !== 8) throw broken("gzip-header", `method ${bytes[2]}`);
  const flags = bytes[3]!;
  // RFC 1952 section 2.3.1.2: reserved FLG bits must be zero, and a reader must complain if not.
  if ((flags & RESERVED) !== 0) throw broken("gzip-header", "reserved flags");

  let at = FIXED_BYTES;
  if ((flags & FEXTRA) !== 0) {
    if (bytes.length < at + 2) return undefined;
    at += 2 + bytes[at]! + bytes[at + 1]! * 256;
  }
  for (const flag of [FNAME, FCOMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = at > bytes.length ? -1 : bytes.indexOf(0, at);
    if (end < 0) return needMore(bytes);
    at = end + 1;
  }
  if ((flags & FHCRC) !== 0) {
    if (bytes.length < at + 2) return needMore(bytes);
    const stated = bytes[at]! + bytes[at + 1]! * 256;
    if ((crc32(bytes.subarray(0, at)) & 0xffff) !== stated) {
      throw broken("gzip-header", "header checksum");
    }
    at += 2;
  }
  return at <= bytes.length ? at : needMore(bytes);
}

function needMore(bytes: Uint8Array): undefined {
  if (bytes.length < MAX_HEADER_BYTES) return undefined;
  throw broken("gzip-header", `longer than ${MAX_HEADER_BYTES} bytes`);
}
