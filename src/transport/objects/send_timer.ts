/** Without a piece going out, or an answer once all of it is out; a server may write it away first. */
const IDLE_MS = 60_000;

/** Ends a request that makes no progress: the platform's fetch would wait for ever. */
export class SendTimer {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reason: string | undefined;

  constructor() {
    this.#alive("no answer");
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** In words, where it has struck. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The same pieces; each that is taken is a sign of life. */
  async *watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#alive("nothing could be sent");
      // It may be sent later than the next one is asked for, into the same memory.
      yield chunk.slice();
    }
    this.#alive("no answer");
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #alive(what: string): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#reason = `${what} for ${IDLE_MS / 1000} s`;
      this.#controller.abort(new Error(this.#reason));
    }, IDLE_MS);
  }
}
