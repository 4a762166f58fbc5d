/**
 * Numeric header fields. POSIX.1-2017 pax, "ustar Interchange Format": octal digits, ended by
 * spaces or NULs; GNU tar and star add base 256 with the top bit of the first byte set.
 */
const SPACE = 0x20;

export type Numeric =
  | { readonly ok: true; readonly value: number; readonly base256: boolean }
  | { readonly ok: false };

const INVALID: Numeric = { ok: false };

/** Returns -1 where the field is empty or not octal: the fast path, without allocation. */
export function readOctal(block: Uint8Array, offset: number, length: number): number {
  const end = offset + length;
  let i = offset;
  while (i < end && block[i] === SPACE) i++;
  const first = i;
  let value = 0;
  for (; i < end; i++) {
    const digit = block[i]! - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  if (i === first) return -1;
  for (; i < end; i++) if (block[i] !== 0 && block[i] !== SPACE) return -1;
  return value;
}

/** The size field, in either notation. Negative and above 2^53 are invalid. */
export function readSize(block: Uint8Array, offset: number, length: number): Numeric {
  const first = block[offset]!;
  if ((first & 0x80) === 0) {
    const value = readOctal(block, offset, length);
    return value < 0 ? INVALID : { ok: true, value, base256: false };
  }
  // 0xff starts a negative number; no size is negative. Other bits of the first byte would be > 2^53.
  if (first !== 0x80) return INVALID;
  let value = 0;
  for (let i = offset + 1; i < offset + length; i++) value = value * 256 + block[i]!;
  return value <= Number.MAX_SAFE_INTEGER ? { ok: true, value, base256: true } : INVALID;
}

/** Whether the bytes from `start` up to `end` are all zero. */
export function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether the `chksum` field (148, 8 bytes) holds the sum of all bytes, itself read as spaces. */
export function checksumHolds(block: Uint8Array): boolean {
  let sum = 8 * SPACE;
  for (let i = 0; i < 148; i++) sum += block[i]!;
  for (let i = 156; i < 512; i++) sum += block[i]!;
  return readOctal(block, 148, 8) === sum;
}
