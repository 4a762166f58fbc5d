import type { FileTime } from "../../host/ports.ts";
import { decodeName } from "../names.ts";
import { broken, hostile, showName } from "../refuse.ts";
import { parseDecimalTime } from "../times.ts";

/** The records that change which entry is made, and how. All others are read, checked and dropped. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  /** bytes */
  readonly size?: number;
  readonly modified?: FileTime;
}

/**
 * POSIX names the first for UTF-8. The second means names as the file system had them, whatever it was:
 * bsdtar in the C locale writes it for UTF-8 too, and no reader recodes either of them.
 */
const CHARSETS: ReadonlySet<string> = new Set(["ISO-IR 10646 2000 UTF-8", "BINARY"]);

const SPARSE = /^(?:GNU\.sparse\.|SCHILY\.(?:realsize|offset)$|SUN\.holesdata$)/;
/** Multi-volume and dump-directory records: the entry is not a file as such. */
const FOREIGN = /^(?:GNU\.volume\.|GNU\.dumpdir$|SCHILY\.(?:tarfiletype|filetype|dir)$)/;
/** A global header would apply these to every entry, which no archive means. */
const LOCAL_ONLY: ReadonlySet<string> = new Set(["path", "linkpath", "size", "hdrcharset"]);

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

/**
 * Reads the payload of an `x` or `g` header. POSIX.1-2017 pax, "pax Extended Header":
 * `"%d %s=%s\n", <length>, <keyword>, <value>`, the length in decimal and of the whole record.
 * Stricter than POSIX in one point: it lets a later record of the same keyword win, and since
 * other readers take the first, a keyword that comes twice is refused here.
 * @throws EdgebootError ARCHIVE_BROKEN, ARCHIVE_HOSTILE
 */
export function parsePax(payload: Uint8Array, global: boolean): PaxRecords {
  const seen = new Map<string, Uint8Array>();
  for (let at = 0; at < payload.length;) {
    const record = nextRecord(payload, at);
    if (seen.has(record.key)) throw broken("tar-pax-duplicate", showName(record.key));
    seen.set(record.key, record.value);
    at = record.end;
  }
  for (const key of seen.keys()) checkKey(key, global, seen);
  const charset = seen.get("hdrcharset");
  if (charset !== undefined && !CHARSETS.has(latin1(charset))) {
    throw broken("tar-pax-charset", showName(latin1(charset)));
  }
  const time = timed(seen.get("mtime"));
  if (global) return time;
  return {
    ...time,
    ...named("path", seen.get("path")),
    ...named("linkpath", seen.get("linkpath")),
    ...sized(seen.get("size")),
  };
}

interface Record {
  readonly key: string;
  readonly value: Uint8Array;
  readonly end: number;
}

function nextRecord(payload: Uint8Array, start: number): Record {
  let length = 0;
  let at = start;
  for (; at < payload.length && at - start < 8; at++) {
    const digit = payload[at]! - 0x30;
    if (digit < 0 || digit > 9) break;
    if (digit === 0 && at === start) throw broken("tar-pax-record", "a length begins with 0");
    length = length * 10 + digit;
  }
  if (at === start || payload[at] !== SPACE) throw broken("tar-pax-record", "there is no length");
  const end = start + length;
  if (end > payload.length || payload[end - 1] !== NEWLINE || end - 1 <= at) {
    throw broken("tar-pax-record", "no line ends where its length says");
  }
  const equals = payload.indexOf(EQUALS, at + 1);
  if (equals < 0 || equals >= end - 1) throw broken("tar-pax-record", "there is no '='");
  const key = decodeName(payload.subarray(at + 1, equals));
  // GNU tar passes over blanks in front of a keyword, and sees another one than everybody else.
  if (/^\s|\s$/.test(key)) throw broken("tar-pax-keyword", showName(key));
  // deno-lint-ignore no-control-regex -- keywords with NUL or line breaks are what is refused
  if (key === "" || /[\x00-\x1f\x7f]/.test(key)) {
    throw broken("tar-pax-record", "a keyword is empty or has a control character");
  }
  return { key, value: payload.subarray(equals + 1, end - 1), end };
}

function checkKey(key: string, global: boolean, seen: ReadonlyMap<string, Uint8Array>): void {
  if (SPARSE.test(key)) {
    const name = seen.get("GNU.sparse.name") ?? seen.get("path");
    throw hostile("sparse-file", name === undefined ? "" : new TextDecoder().decode(name), key);
  }
  if (FOREIGN.test(key)) throw hostile("entry-type-unknown", "", `PAX record ${key}`);
  if (global && LOCAL_ONLY.has(key)) {
    throw broken("tar-pax-global", key);
  }
}

function named(key: "path" | "linkpath", value: Uint8Array | undefined) {
  if (value === undefined) return {};
  // POSIX: an empty value deletes the record. No writer does so within one header.
  if (value.length === 0) throw broken("tar-pax-record", `${key} is empty`);
  const text = decodeName(value);
  if (text.includes("\0")) throw hostile("path-nul", text);
  return { [key]: text };
}

function sized(value: Uint8Array | undefined): { size?: number } {
  if (value === undefined) return {};
  const text = latin1(value);
  const size = Number(text);
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(size)) {
    throw broken("tar-pax-record", "size is no decimal number");
  }
  return { size };
}

/** One that cannot be read leaves the header's; GNU tar and Python do so too. */
function timed(value: Uint8Array | undefined): { modified?: FileTime } {
  const modified = value && parseDecimalTime(latin1(value));
  return modified === undefined ? {} : { modified };
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64)) + (bytes.length > 64 ? "…" : "");
}
