import type { OpenFile } from "./ports.ts";

/**
 * One file, read by a thread that may open none: it notes in shared memory what it wants, and the thread
 * that has the file open fills it in. The next pieces are wanted ahead, so nobody waits for long.
 *
 *     helper   slot 0 wanted, slots 1 to 3 wanted, wakes the other side, sleeps on slot 0
 *     owner    fills 0 to 3, wakes
 *     helper   uses 0, wants the piece after 3 in it, goes on with 1
 */
export interface SharedSource {
  /** For each slot the fields of {@link FIELD}. */
  readonly control: SharedArrayBuffer;
  readonly pieces: SharedArrayBuffer;
  /** bytes */
  readonly size: number;
}

const SLOTS = 4;
const PIECE_BYTES = 256 * 1024;
/** Of a slot, 32-bit words: the state, which piece of the file, and how many bytes it has. */
const FIELD = { state: 0, piece: 1, length: 2, words: 3 } as const;
const STATE = { idle: 0, wanted: 1, filled: 2, failed: 3 } as const;

/** Memory for one file of `size` bytes: hand it to the helper, and an owner to the file. */
export function shareSource(size: number): SharedSource {
  return {
    control: new SharedArrayBuffer(SLOTS * FIELD.words * Int32Array.BYTES_PER_ELEMENT),
    pieces: new SharedArrayBuffer(SLOTS * PIECE_BYTES),
    size,
  };
}

/** The side that has the file open. */
export class SourceOwner {
  readonly #control: Int32Array;
  readonly #piece = new Uint8Array(PIECE_BYTES);
  /** What went wrong; the helper only learns that something did. */
  failure: unknown;

  constructor(private readonly shared: SharedSource, private readonly file: OpenFile) {
    this.#control = new Int32Array(shared.control);
  }

  /** Fills in what is wanted. Cheap where nothing is. */
  serve(): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = slot * FIELD.words;
      if (Atomics.load(this.#control, at + FIELD.state) === STATE.wanted) this.#fill(slot, at);
    }
  }

  #fill(slot: number, at: number): void {
    let state: number = STATE.filled;
    try {
      this.#control[at + FIELD.length] = this.#read(this.#control[at + FIELD.piece]!);
      new Uint8Array(this.shared.pieces, slot * PIECE_BYTES, PIECE_BYTES).set(this.#piece);
    } catch (error) {
      this.failure = error;
      state = STATE.failed;
    }
    Atomics.store(this.#control, at + FIELD.state, state);
    Atomics.notify(this.#control, at + FIELD.state);
  }

  #read(piece: number): number {
    this.file.seek(piece * PIECE_BYTES);
    let length = 0;
    while (length < PIECE_BYTES) {
      const read = this.file.read(this.#piece.subarray(length));
      if (read === null || read === 0) break;
      length += read;
    }
    return length;
  }
}

/**
 * The side that may open no file. What it gives only reads and seeks.
 * @param wake makes the other side look; called after something was wanted
 */
export function openShared(shared: SharedSource, wake: () => void): OpenFile {
  const control = new Int32Array(shared.control);
  const last = Math.ceil(shared.size / PIECE_BYTES) - 1;
  let position = 0;

  function want(piece: number): boolean {
    const at = piece % SLOTS * FIELD.words;
    const state = Atomics.load(control, at + FIELD.state);
    // One that is being filled is waited for by whoever needs its slot.
    if (state === STATE.wanted) Atomics.wait(control, at + FIELD.state, STATE.wanted);
    else if (state !== STATE.idle && control[at + FIELD.piece] === piece) return false;
    if (control[at + FIELD.piece] === piece && control[at + FIELD.state] === STATE.filled) {
      return false;
    }
    control[at + FIELD.piece] = piece;
    Atomics.store(control, at + FIELD.state, STATE.wanted);
    return true;
  }

  function pieceAt(piece: number): Uint8Array {
    if (want(piece)) wake();
    const at = piece % SLOTS * FIELD.words;
    Atomics.wait(control, at + FIELD.state, STATE.wanted);
    if (Atomics.load(control, at + FIELD.state) === STATE.failed) throw new Error("cannot read");
    return new Uint8Array(shared.pieces, piece % SLOTS * PIECE_BYTES, control[at + FIELD.length]!);
  }

  return {
    read(into) {
      if (position >= shared.size) return null;
      const piece = Math.floor(position / PIECE_BYTES);
      const bytes = pieceAt(piece);
      const start = position - piece * PIECE_BYTES;
      const part = bytes.subarray(start, start + into.length);
      if (part.length === 0) return null;
      into.set(part);
      position += part.length;
      wantAhead(Math.floor(position / PIECE_BYTES));
      return part.length;
    },
    seek: (offset) => void (position = offset),
    size: () => shared.size,
    write: refuse,
    sync: refuse,
    setModified: refuse,
    close() {},
  };

  function wantAhead(from: number): void {
    let wanted = false;
    for (let piece = from; piece < from + SLOTS && piece <= last; piece++) {
      const at = piece % SLOTS * FIELD.words;
      const waits = Atomics.load(control, at + FIELD.state) === STATE.wanted;
      if (!waits) wanted = want(piece) || wanted;
    }
    if (wanted) wake();
  }
}

function refuse(): never {
  throw new Error("a file of another thread is only read");
}
