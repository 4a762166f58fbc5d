/** Little-endian numbers as APPNOTE 4.1.2 lays them out. */

export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** Four bytes, little-endian. */
export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

/**
 * 64 bits as a number; undefined past 2^53 - 1, where a double stops being exact. No file is that
 * long, so such a value is a lie, and rounding it could make two different offsets look equal.
 */
export function u64(bytes: Uint8Array, at: number): number | undefined {
  const value = u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The records of the format all start with "PK" and two control bytes (APPNOTE 4.3). */
export const SIGNATURE = {
  localHeader: 0x04034b50,
  dataDescriptor: 0x08074b50,
  centralHeader: 0x02014b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
  end: 0x06054b50,
} as const;

const ALL_SIGNATURES: ReadonlySet<number> = new Set(Object.values(SIGNATURE));

/** Position of the last occurrence of `signature` that starts at or before `from`; -1 if none. */
export function lastSignature(bytes: Uint8Array, signature: number, from: number): number {
  for (let at = from; at >= 0; at -= 1) {
    at = bytes.lastIndexOf(0x50, at);
    if (at < 0 || (at + 4 <= bytes.length && u32(bytes, at) === signature)) return at;
  }
  return -1;
}

/** Whether any record of the format could be read out of these bytes. */
export function holdsSignature(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
    if (at + 4 <= bytes.length && ALL_SIGNATURES.has(u32(bytes, at))) return true;
  }
  return false;
}

/** Whether both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
