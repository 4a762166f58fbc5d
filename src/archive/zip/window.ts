import type { OpenFile } from "../../host/ports.ts";
import { refuse } from "./refusal.ts";

const READ_AHEAD = 1024 * 1024;

/** Largest request that {@link ReadWindow.bytes} serves: a small entry with header and descriptor. */
export const WINDOW_BYTES = 2 * 1024 * 1024 + 256 * 1024;

/**
 * A file seen through one reused buffer. Entries are read in file order, so nearly every request is
 * served from the last 1 MiB read: one system call for a hundred small files.
 */
export class ReadWindow {
  readonly #buffer: Uint8Array;
  /** file offset of `#buffer[0]` */
  #start = 0;
  #length = 0;

  constructor(private readonly file: OpenFile, readonly fileSize: number) {
    this.#buffer = new Uint8Array(Math.min(WINDOW_BYTES, fileSize));
  }

  /** `length` bytes at `offset`, valid until the next call. */
  bytes(offset: number, length: number): Uint8Array {
    if (offset + length > this.fileSize) {
      refuse("zip-truncated", { detail: `bytes past its ${this.fileSize} are needed` });
    }
    if (offset < this.#start || offset + length > this.#start + this.#length) {
      this.#fill(offset, length);
    }
    return this.#buffer.subarray(offset - this.#start, offset - this.#start + length);
  }

  #fill(offset: number, length: number): void {
    const kept = this.#keepFrom(offset);
    const wanted = Math.min(Math.max(length, kept + READ_AHEAD), this.#buffer.length);
    const end = Math.min(wanted, this.fileSize - offset);
    readInto(this.file, offset + kept, this.#buffer.subarray(kept, end));
    this.#start = offset;
    this.#length = end;
  }

  /** Moves what is already here to the front; how many bytes that was. */
  #keepFrom(offset: number): number {
    const skip = offset - this.#start;
    if (skip < 0 || skip >= this.#length) return 0;
    this.#buffer.copyWithin(0, skip, this.#length);
    return this.#length - skip;
  }
}

/** A fresh copy of `length` bytes at `offset`. */
export function readExactly(file: OpenFile, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  readInto(file, offset, bytes);
  return bytes;
}

function readInto(file: OpenFile, offset: number, into: Uint8Array): void {
  file.seek(offset);
  for (let done = 0; done < into.length;) {
    const count = file.read(into.subarray(done));
    if (count === null || count === 0) {
      refuse("zip-truncated", { detail: `it ended at byte ${offset + done}` });
    }
    done += count;
  }
}
