import { showName } from "../refuse.ts";
import { sameBytes, u32 } from "./bytes.ts";
import { refuse } from "./refusal.ts";

const UTF8_FLAG = 1 << 11;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

export type Crc32 = (bytes: Uint8Array) => number;

/** For messages about an entry whose name is not (yet) known to be sound. */
export function nameForMessages(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/**
 * The name, which every tool must read as the same characters. ASCII always is. Other names are in
 * UTF-8 where bit 11 says so or where the Unicode path field repeats the very same bytes; without
 * either, some tools take them for CP437 and others for the locale's encoding.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function decodeName(
  bytes: Uint8Array,
  flags: number,
  unicodePath: Uint8Array | undefined,
  crc32: Crc32,
): string {
  if (unicodePath !== undefined) checkUnicodePath(bytes, unicodePath, crc32);
  const ascii = bytes.every((byte) => byte < 0x80);
  if (!ascii && (flags & UTF8_FLAG) === 0 && unicodePath === undefined) {
    refuse("zip-name-unflagged", {
      entry: nameForMessages(bytes),
      detail: "flag bit 11 is not set and there is no Unicode path field",
      next: "rename the file to ASCII, or pack with a tool that flags UTF-8 names: " +
        "`edgeboot pack`, Python's zipfile, bsdtar, `7z -mcu=on`",
    });
  }
  return decodeUtf8(bytes) ??
    refuse("zip-name-not-utf8", { entry: nameForMessages(bytes), detail: "invalid UTF-8" });
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * APPNOTE 4.6.9: version 1, the CRC-32 of the header's name, the name in UTF-8. A reader should
 * ignore the field where that CRC does not match; since one that forgets to would see another
 * name, the field is refused instead.
 */
function checkUnicodePath(bytes: Uint8Array, field: Uint8Array, crc32: Crc32): void {
  const agrees = field.length >= 5 && field[0] === 1 && u32(field, 1) === crc32(bytes) &&
    sameBytes(field.subarray(5), bytes);
  if (agrees) return;
  refuse("zip-unicode-path-differs", {
    entry: nameForMessages(bytes),
    detail: `the Unicode path field says ${showName(nameForMessages(field.subarray(5)))}`,
    next: "pack with a tool that writes names once: `edgeboot pack`, Python's zipfile, bsdtar",
  });
}
