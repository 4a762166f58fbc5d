import type { Transform } from "node:stream";
import type { Codecs } from "../host/ports.ts";

/** Output buffer: with the 128 MiB window of zstd -22 the process stays below 256 MB. */
export const OUTPUT_BYTES = 64 * 1024;

/** How the message of every fault that Deno's zstd stream finds begins. */
const ZSTD_FAULT = "Zstd decompress error";

/** A `node:zlib` stream; `bytesWritten` counts what it consumed, which may be less than it was given. */
export type Engine = Transform & { readonly bytesWritten: number };

/**
 * Turns a `node:zlib` stream into "bytes in, bytes out", so that what is done with the output runs
 * outside of the stream's event handlers (an exception there would end the process) and between
 * turns of the event loop (Deno 2.9.4 inflates on the calling thread, without a turn in between).
 */
export class Decoder {
  readonly #engine: Engine;
  #output: Uint8Array[] = [];
  #failure: { readonly error: Error } | undefined;
  #ended = false;
  readonly #closed: Promise<void>;
  readonly #endTaking: (() => void) | undefined;
  #giveUp = () => {};

  /**
   * @param takeStrays for zstd: Deno 2.9.4 emits 'error' only for a fault in the first output buffer of
   * a write. A later one is thrown out of its task queue, and uncaught it would end the process.
   */
  constructor(engine: Engine, takeStrays?: Codecs["takeStrayErrors"]) {
    this.#engine = engine;
    this.#endTaking = takeStrays?.((error) => this.#takeStray(error));
    engine.on("data", (bytes: Uint8Array) => void this.#output.push(bytes));
    engine.on("error", (error: Error) => void (this.#failure ??= { error }));
    this.#closed = new Promise((resolve) => {
      engine.once("end", () => {
        this.#ended = true;
        resolve();
      });
      engine.once("close", resolve);
      this.#giveUp = resolve;
    });
  }

  /** Bytes of input used so far. */
  get consumed(): number {
    return this.#engine.bytesWritten;
  }

  /** The compressed stream said that it is complete. Known at the latest after one more `push`. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Everything that `piece` makes, in buffers that the caller may keep. Keep pieces small: the
   * output of one piece is held in memory.
   * @throws Error what the codec says is wrong
   */
  async push(piece: Uint8Array): Promise<Uint8Array[]> {
    if (!this.#ended) {
      await Promise.race([
        new Promise<void>((resolve) => this.#engine.write(piece, () => resolve())),
        this.#closed,
      ]);
    }
    return this.#take();
  }

  /** Says that the input is over. @throws Error where the stream is not complete */
  async finish(): Promise<Uint8Array[]> {
    this.#engine.end();
    await this.#closed;
    return this.#take();
  }

  close(): void {
    this.#endTaking?.();
    this.#engine.destroy();
  }

  #takeStray(error: unknown): boolean {
    if (!(error instanceof Error && error.message.startsWith(ZSTD_FAULT))) return false;
    this.#failure ??= { error };
    this.#giveUp();
    return true;
  }

  #take(): Uint8Array[] {
    if (this.#failure !== undefined) throw this.#failure.error;
    const output = this.#output;
    this.#output = [];
    return output;
  }
}
