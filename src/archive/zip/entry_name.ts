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
 * The name. ASCII is the same to every tool, and so is UTF-8 where bit 11 says so or the Unicode path
 * field repeats the very same bytes. Info-ZIP on Linux does neither and stores the bytes of the file
 * system (measured: `zip` 3.0, any locale): those are taken as UTF-8, as `unzip` and Go do. CPython
 * would show other letters there, but no other path, as no byte over 0x7F is a separator or a dot in
 * code page 437. From elsewhere such a name may be in any code page.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function decodeName(
  bytes: Uint8Array,
  { flags, fromUnix }: { readonly flags: number; readonly fromUnix: boolean },
  unicodePath: Uint8Array | undefined,
  crc32: Crc32,
): string {
  if (unicodePath !== undefined) checkUnicodePath(bytes, unicodePath, crc32);
  const name = decodeUtf8(bytes);
  const flagged = (flags & UTF8_FLAG) !== 0;
  if (name === undefined && flagged) {
    refuse("zip-name-not-utf8", { entry: nameForMessages(bytes), detail: "invalid UTF-8" });
  }
  const stated = flagged || fromUnix || unicodePath !== undefined;
  if (name !== undefined && (stated || isAscii(bytes))) return name;
  refuse("zip-name-unflagged", {
    entry: nameForMessages(bytes),
    detail: name === undefined
      ? "it is not UTF-8, and flag bit 11 is not set"
      : "flag bit 11 is not set",
    next: "rename the file to ASCII, or pack with a tool that flags UTF-8 names: " +
      "Python's zipfile, bsdtar, `7z -mcu=on`",
  });
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** The text, a byte order mark included; undefined where the bytes are not UTF-8. */
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
    next: "pack with a tool that writes names once: Python's zipfile, bsdtar",
  });
}
