import { EdgebootError } from "../model/errors.ts";
import { checksumHolds, isZero } from "./tar/numbers.ts";

export type ArchiveFormat = "tar" | "tar+gzip" | "tar+zstd" | "zip" | "pyz";

/** How many bytes of the file {@link detectFormat} looks at. */
export const DETECT_BYTES = 512;

/**
 * The format by the first bytes; names and media types lie. A `#!` file is a candidate for a zip
 * application, which its zip reader confirms.
 * @throws EdgebootError ARCHIVE_UNKNOWN, naming what the file seems to be
 */
export function detectFormat(head: Uint8Array, sizeBytes: number): ArchiveFormat {
  if (startsWith(head, [0x1f, 0x8b])) return "tar+gzip";
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]) || isSkippableFrame(head)) return "tar+zstd";
  // APPNOTE 4.3.7, 4.3.16: a local header, or the end record of an empty archive.
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return "zip";
  if (startsWith(head, [0x23, 0x21])) return "pyz";
  if (looksLikeTar(head)) return "tar";
  throw unknown(describe(head, sizeBytes), sizeBytes);
}

/** ustar and GNU by their magic, version 7 by its checksum, an empty tar by its zero block. */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < DETECT_BYTES) return false;
  return text(head, 257, 262) === "ustar" || checksumHolds(head) || isZero(head, 0, DETECT_BYTES);
}

/** What a person would call these bytes, for messages: "an HTML page", "an xz file"… */
export function describe(head: Uint8Array, sizeBytes: number): string {
  if (sizeBytes === 0) return "an empty file";
  if (startsWith(head, BYTE_ORDER_MARK) && isArchive(head.subarray(BYTE_ORDER_MARK.length))) {
    return "an archive behind a byte order mark, as programs make that copy it as text";
  }
  for (const [name, ...magics] of KNOWN) {
    if (magics.some((magic) => startsWith(head, magic))) return name;
  }
  const start = text(head, 0, head.length).trimStart();
  if (/^(?:\ufeff|ï»¿)?<(?:!doctype html|html|head|body)/i.test(start)) return "an HTML page";
  if (/^<\?xml|^<[a-z]/i.test(start)) return "an XML document";
  if (/^[{[]/.test(start)) return "a JSON document";
  if (/^version https:\/\/git-lfs/.test(start)) return "a Git LFS pointer";
  // deno-lint-ignore no-control-regex -- text is what has none of these
  if (!/[\x00-\x08\x0e-\x1f]/.test(start)) return "plain text";
  return "data of no known format";
}

const bytes = (ascii: string) => Array.from(ascii, (char) => char.charCodeAt(0));

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

function isArchive(head: Uint8Array): boolean {
  return startsWith(head, [0x1f, 0x8b]) || startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]) ||
    startsWith(head, [0x50, 0x4b, 3, 4]) || text(head, 257, 262) === "ustar";
}

const KNOWN: readonly (readonly [name: string, ...magics: number[][]])[] = [
  ["an xz file", [0xfd, ...bytes("7zXZ"), 0]],
  ["a bzip2 file", bytes("BZh")],
  ["a 7-Zip archive", [...bytes("7z"), 0xbc, 0xaf, 0x27, 0x1c]],
  ["a RAR archive", bytes("Rar!\x1a\x07")],
  ["an lz4 file", [0x04, 0x22, 0x4d, 0x18]],
  ["an lzip file", bytes("LZIP")],
  ["a compress (.Z) file", [0x1f, 0x9d]],
  ["a Debian package or ar archive", bytes("!<arch>\n")],
  ["an RPM package", [0xed, 0xab, 0xee, 0xdb]],
  ["a cpio archive", bytes("070701"), bytes("070702"), bytes("070707")],
  ["an ELF executable", [0x7f, ...bytes("ELF")]],
  ["a Windows executable", bytes("MZ")],
  ["a Mach-O executable", [0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe]],
  ["a zstd dictionary", [0x37, 0xa4, 0x30, 0xec]],
  ["UTF-16 text, as PowerShell's `>` makes of everything", [0xff, 0xfe], [0xfe, 0xff]],
  ["a spanned zip archive", [0x50, 0x4b, 7, 8]],
  ["a PDF document", bytes("%PDF")],
  ["a squashfs image", bytes("hsqs")],
];

function unknown(found: string, sizeBytes: number): EdgebootError {
  const page = found === "an HTML page" || found === "a JSON document" ||
    found === "an XML document" || found === "an empty file";
  return new EdgebootError("ARCHIVE_UNKNOWN", {
    what: "not an archive that edgeboot can unpack",
    why: `expected tar, tar.gz, tar.zst or zip, found ${found} (${sizeBytes} bytes)`,
    next: page
      ? "a server probably answered with an error or login page when the layer was published; " +
        "fetch the URL with curl, look at it, and publish the real archive"
      : found === "a Git LFS pointer"
      ? "publish the file itself: run `git lfs pull` first"
      : found.startsWith("a zip archive with")
      ? "`zip -J FILE` strips what is in front; a zip application begins with a `#!` line"
      : "pack the directory again, for example with `tar --zstd -cf layer.tar.zst -C DIR .`",
  }, { facts: { found } });
}

/** ARCHIVE_UNKNOWN for a file that ends like a zip and does not begin like one. */
export function zipWithFront(head: Uint8Array, sizeBytes: number): EdgebootError {
  const front = describe(head, sizeBytes);
  return unknown(
    `a zip archive with something in front of it, which looks like ${front}`,
    sizeBytes,
  );
}

/** ARCHIVE_UNKNOWN for a file that begins like a zip application and does not end like one. */
export function scriptIsNoZip(sizeBytes: number): EdgebootError {
  return unknown("a script that is no zip application, or one that was cut short", sizeBytes);
}

/** RFC 8878 section 3.1.2: 0x184D2A50 to 0x184D2A5F. */
function isSkippableFrame(head: Uint8Array): boolean {
  return startsWith(head.subarray(1), [0x2a, 0x4d, 0x18]) && (head[0]! & 0xf0) === 0x50;
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return head.length >= magic.length && magic.every((byte, i) => head[i] === byte);
}

function text(head: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...head.subarray(start, end));
}
