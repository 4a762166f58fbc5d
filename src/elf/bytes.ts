/** Random access to a file whose content has not been checked. */
export interface ByteSource {
  /** bytes */
  readonly size: number;
  /** Exactly `length` bytes from `at` on; never asked for what lies behind the end. */
  read(at: number, length: number): Uint8Array;
}

/** What a file says about itself cannot be true. Never leaves the parser in file.ts. */
export class Malformed extends Error {}

const PIECE = 256;

/** A part of an ELF file, in the byte order and the word size that its header states. */
export class Words {
  readonly #view: DataView;

  constructor(bytes: Uint8Array, readonly little: boolean, readonly wide: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    return this.#inside(at, 2).getUint16(at, this.little);
  }

  u32(at: number): number {
    return this.#inside(at, 4).getUint32(at, this.little);
  }

  /** An address, an offset or a size: 4 bytes in ELFCLASS32, 8 in ELFCLASS64. */
  word(at: number): number {
    if (!this.wide) return this.u32(at);
    const value = Number(this.#inside(at, 8).getBigUint64(at, this.little));
    if (!Number.isSafeInteger(value)) throw new Malformed("a number is beyond any file's size");
    return value;
  }

  #inside(at: number, length: number): DataView {
    if (at < 0 || at + length > this.#view.byteLength) throw new Malformed("a table is cut off");
    return this.#view;
  }
}

/** @throws Malformed where the file has no such part, or it is larger than any sound file's */
export function part(source: ByteSource, at: number, length: number, most: number): Uint8Array {
  if (length > most) throw new Malformed(`a part of ${length} bytes is too large`);
  if (at < 0 || at + length > source.size) throw new Malformed("it names bytes behind its end");
  return source.read(at, length);
}

/**
 * The text that ends with NUL at `at`, and before `end`.
 * @throws Malformed where it has no end, or is longer than `most` bytes
 */
export function textAt(source: ByteSource, at: number, end: number, most: number): string {
  const limit = Math.min(end, source.size, at + most);
  for (let length = PIECE;; length *= 4) {
    const bytes = part(source, at, Math.max(0, Math.min(length, limit - at)), most);
    const nul = bytes.indexOf(0);
    if (nul >= 0) return new TextDecoder().decode(bytes.subarray(0, nul));
    if (at + length >= limit) throw new Malformed("a text has no end");
  }
}
