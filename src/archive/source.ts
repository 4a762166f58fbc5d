import type { OpenFile } from "../host/ports.ts";

/** What is read at once where nothing needs another size. */
export const READ_BYTES = 128 * 1024;

/** Reads a file in pieces, up to its end. The buffer is reused: a piece is valid until the next. */
export class Source {
  readonly #buffer: Uint8Array;

  constructor(private readonly file: OpenFile, pieceBytes: number) {
    this.#buffer = new Uint8Array(pieceBytes);
  }

  /** undefined at the end */
  next(): Uint8Array | undefined {
    const read = this.file.read(this.#buffer);
    return read === null || read === 0 ? undefined : this.#buffer.subarray(0, read);
  }
}

/** What a decompressor writes to; may throw EdgebootError, which ends the reading. */
export interface ByteSink {
  /**
   * `bytes` is only valid during the call. `consumed`: packed bytes that were used, at most, for all
   * that was written so far.
   */
  write(bytes: Uint8Array, consumed: number): void;
}
