import { hostile } from "./refuse.ts";

const NAME_MAX = 255;
const SLASH = 0x2f;
const encoder = new TextEncoder();

/** Characters that move a cursor, break a line or reorder text; C0 and DEL are found by code. */
const UNSEEN = /[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** The root of the tree: the entry `./` of `tar -c .`, or `.` of pax, tar-fs and Archive::Tar. */
export const ROOT = "";

/** The last is what Python's tarfile writes for `add(directory, arcname="")`. */
const ROOT_NAMES: ReadonlySet<string> = new Set(["./", ".", "/"]);

/**
 * The canonical path of an entry: relative, `/` between components, no trailing slash; {@link ROOT}
 * for the archive's own root. Refuses every name that has two readings.
 * @throws EdgebootError ARCHIVE_HOSTILE
 */
export function canonicalPath(name: string, isDirectory: boolean, pathBytes: number): string {
  if (isDirectory && ROOT_NAMES.has(name)) return ROOT;
  let path = name;
  if (path.charCodeAt(0) === 0x2e && path.charCodeAt(1) === SLASH) path = path.slice(2);
  if (path === "") throw hostile("path-empty", name);
  if (path.charCodeAt(path.length - 1) === SLASH && path.length > 1) {
    if (!isDirectory) throw hostile("path-trailing-slash", name);
    path = path.slice(0, -1);
  }
  checkCharacters(path, name);
  if (path.charCodeAt(0) === SLASH) throw hostile("path-absolute", name);
  if (/^[A-Za-z]:/.test(path)) throw hostile("path-drive", name);
  checkComponents(path, name);
  if (byteLength(path) > pathBytes) throw hostile("path-too-long", name, `limit ${pathBytes}`);
  return path;
}

/** Shared with link targets. `entry` is only for the message. */
export function checkCharacters(text: string, entry: string): void {
  let ascii = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) throw hostile("path-nul", entry);
    if (code < 0x20 || code === 0x7f) throw hostile("path-control-character", entry);
    if (code === 0x5c) throw hostile("path-backslash", entry);
    if (code > 0x7f) ascii = false;
  }
  if (!ascii && UNSEEN.test(text)) throw hostile("path-control-character", entry);
}

function checkComponents(path: string, name: string): void {
  for (let start = 0; start <= path.length;) {
    let end = path.indexOf("/", start);
    if (end < 0) end = path.length;
    const length = end - start;
    if (length === 0) throw hostile("path-empty-component", name);
    if (length <= 2 && path.charCodeAt(start) === 0x2e) {
      if (length === 1) throw hostile("path-dot", name);
      if (path.charCodeAt(start + 1) === 0x2e) throw hostile("path-parent", name);
    }
    // A UTF-16 unit is at most 3 bytes of UTF-8, so short components need no measuring.
    if (length > NAME_MAX / 3 && byteLength(path.slice(start, end)) > NAME_MAX) {
      throw hostile("path-component-too-long", name);
    }
    start = end + 1;
  }
}

/** Bytes of `text` as UTF-8. */
export function byteLength(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  }
  return text.length;
}

/**
 * The form in which two names are one on a case-insensitive or normalising file system, and for
 * Python's own import (identifiers are NFKC, PEP 3131). Applied to a fixed point, since each of
 * the three steps can make work for another.
 */
export function fold(path: string): string {
  if (isPlain(path)) return path.toLowerCase();
  let folded = path;
  for (let round = 0; round < 4; round++) {
    // Upper then lower: 'ß' and 'ſ' have no lower-case partner but share 'SS' and 'S'.
    const next = folded.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
    if (next === folded) break;
    folded = next;
  }
  return folded;
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const looseDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** For text that is only compared or shown. */
export function decodeLoosely(bytes: Uint8Array): string {
  return looseDecoder.decode(bytes);
}

/**
 * The text of a name field.
 * @throws EdgebootError ARCHIVE_HOSTILE (path-not-utf8)
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw hostile("path-not-utf8", decodeLoosely(bytes));
  }
}
