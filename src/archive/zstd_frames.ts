import { broken } from "./refuse.ts";

/** RFC 8878 section 3.1.1.2.4: no block is larger, compressed or not. */
const MAX_BLOCK = 128 * 1024;
/** So that the output of one piece is at most 512 KiB, and the ratio is checked as often. */
const MAX_BLOCKS_PER_PIECE = 4;
/** Without output, so that their number is looked at, too. */
const MAX_EMPTY_PER_PIECE = 4096;

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

export interface Piece {
  /** Bytes of a data frame, to be decoded as they are; undefined where there is nothing to decode. */
  readonly bytes: Uint8Array | undefined;
  /** position after the piece */
  readonly end: number;
}

type State = "magic" | "skippable size" | "skip" | "header" | "block" | "body" | "checksum";

/**
 * Walks over the framing of a zstd file (RFC 8878 section 3.1) without decoding it. libzstd in
 * `node:zlib` checks contents and checksums, but Deno's stream takes a truncated file, ignores what
 * follows a frame, and does not say where a frame ended: this finds all three.
 */
export class FrameWalker {
  #state: State = "magic";
  readonly #field = new Uint8Array(18);
  #filled = 0;
  #wanted = 4;
  /** bytes of a block body or a skippable frame still to pass over */
  #left = 0;
  #lastBlock = false;
  #hasChecksum = false;
  #blockMax = MAX_BLOCK;
  #dataFrames = 0;
  #frames = 0;
  #blocks = 0;

  constructor(
    private readonly limits: { readonly windowBytes: number; readonly frames: number },
  ) {}

  /** Begun so far, of all frames. */
  get blocks(): number {
    return this.#blocks;
  }

  /** The next piece of `chunk` from `start` on. No piece reaches over the end of a frame. */
  next(chunk: Uint8Array, start: number): Piece {
    switch (this.#state) {
      case "magic":
        return this.#takeMagic(chunk, start);
      case "skippable size":
        return { bytes: undefined, end: this.#takeField(chunk, start) };
      case "skip":
        return { bytes: undefined, end: this.#pass(chunk, start) };
      default:
        return this.#takeData(chunk, start);
    }
  }

  /** @throws EdgebootError ARCHIVE_BROKEN where the file ends inside of a frame, or has no data */
  finish(): void {
    if (this.#state !== "magic" || this.#filled > 0) {
      throw broken("zstd-truncated");
    }
    if (this.#dataFrames === 0) throw broken("zstd-no-data");
  }

  /** The magic tells data from skippable frames, so its bytes are held back until it is whole. */
  #takeMagic(chunk: Uint8Array, start: number): Piece {
    const end = this.#takeField(chunk, start);
    const isData = this.#state === "header";
    return { bytes: isData ? this.#field.slice(0, 4) : undefined, end };
  }

  #takeData(chunk: Uint8Array, start: number): Piece {
    let at = start;
    const mostBlocks = this.#blocks + MAX_EMPTY_PER_PIECE;
    for (let blocks = 0; at < chunk.length && blocks < MAX_BLOCKS_PER_PIECE;) {
      if (this.#blocks >= mostBlocks) break;
      if (this.#state === "body") at = this.#pass(chunk, at);
      else {
        at = this.#takeField(chunk, at);
        if (this.#left > 0) blocks++; // an empty block has no output and is not counted
      }
      if (this.#state === "magic") break;
    }
    return { bytes: chunk.subarray(start, at), end: at };
  }

  /** Passes over a block body or a skippable frame, as far as `chunk` goes. */
  #pass(chunk: Uint8Array, start: number): number {
    const taken = Math.min(this.#left, chunk.length - start);
    this.#left -= taken;
    if (this.#left === 0) this.#passed();
    return start + taken;
  }

  /** Gathers a field, as far as `chunk` goes. */
  #takeField(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length && this.#filled < this.#wanted) {
      this.#field[this.#filled++] = chunk[at++]!;
    }
    if (this.#filled === this.#wanted) this.#fieldDone();
    return at;
  }

  /** A field is complete: decide what comes next. */
  #fieldDone(): void {
    const view = new DataView(this.#field.buffer);
    switch (this.#state) {
      case "magic":
        return this.#magic(view.getUint32(0, true));
      case "skippable size":
        return this.#skippable(view.getUint32(4, true));
      case "header":
        return this.#header(view);
      case "checksum":
        return this.#frameDone();
      default:
        return this.#block(view.getUint8(0) | view.getUint8(1) << 8 | view.getUint8(2) << 16);
    }
  }

  #magic(magic: number): void {
    if (++this.#frames > this.limits.frames) {
      throw broken("zstd-frames");
    }
    if (magic === FRAME_MAGIC) {
      this.#state = "header";
      this.#wanted = 5; // the descriptor, which says how long the rest of the header is
    } else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      this.#state = "skippable size";
      this.#wanted = 8;
    } else {
      throw broken(this.#frames === 1 ? "zstd-frame" : "zstd-trailing");
    }
  }

  #skippable(size: number): void {
    this.#left = size;
    this.#state = "skip";
    if (size === 0) this.#expect("magic", 4);
  }

  /** RFC 8878 section 3.1.1.1, called with the descriptor alone and again with the whole header. */
  #header(view: DataView): void {
    const descriptor = view.getUint8(4);
    const singleSegment = (descriptor & 0x20) !== 0;
    if ((descriptor & 0x08) !== 0) throw broken("zstd-frame", "reserved bit");
    // The "unused" bit may one day mean something; no encoder sets it.
    if ((descriptor & 0x10) !== 0) throw broken("zstd-frame", "unused bit");
    const windowLength = singleSegment ? 0 : 1;
    const dictionaryLength = [0, 1, 2, 4][descriptor & 3]!;
    const sizeFlag = descriptor >> 6;
    const sizeLength = sizeFlag === 0 ? (singleSegment ? 1 : 0) : [0, 2, 4, 8][sizeFlag]!;
    this.#wanted = 5 + windowLength + dictionaryLength + sizeLength;
    if (this.#filled < this.#wanted) return;

    const dictionaryAt = 5 + windowLength;
    for (let i = 0; i < dictionaryLength; i++) {
      if (view.getUint8(dictionaryAt + i) !== 0) {
        throw broken("zstd-dictionary");
      }
    }
    const window = singleSegment
      ? contentSize(view, dictionaryAt + dictionaryLength, sizeLength)
      : windowSize(view.getUint8(5));
    if (window > this.limits.windowBytes) {
      throw broken("zstd-window", `a window of ${window} bytes`);
    }
    this.#blockMax = Math.min(window, MAX_BLOCK);
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    this.#expect("block", 3);
  }

  /** RFC 8878 section 3.1.1.2. */
  #block(header: number): void {
    this.#blocks++;
    this.#lastBlock = (header & 1) !== 0;
    const type = header >> 1 & 3;
    const size = header >>> 3;
    if (type === 3) throw broken("zstd-block", "reserved type");
    if (size > this.#blockMax) throw broken("zstd-block", `${size} bytes`);
    this.#state = "body";
    this.#filled = 0;
    this.#left = type === 1 ? 1 : size; // an RLE block stores one byte
    if (this.#left === 0) this.#passed();
  }

  #passed(): void {
    if (this.#state === "skip") this.#expect("magic", 4);
    else if (!this.#lastBlock) this.#expect("block", 3);
    else if (this.#hasChecksum) this.#expect("checksum", 4);
    else this.#frameDone();
  }

  #frameDone(): void {
    this.#dataFrames++;
    this.#expect("magic", 4);
  }

  #expect(state: State, bytes: number): void {
    this.#state = state;
    this.#wanted = bytes;
    this.#filled = 0;
  }
}

function contentSize(view: DataView, at: number, length: number): number {
  switch (length) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      // Above 2^53 it is rounded, and refused by every limit.
      return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  }
}

/** RFC 8878 section 3.1.1.1.2. */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}
