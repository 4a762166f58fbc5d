/**
 * Ends an exchange that makes no progress. The platform's fetch has neither a connect timeout nor a
 * minimum throughput, so a half-dead server would hold a start for ever. Time in which the consumer
 * is busy (unpacking, a full disk) does not count: {@link pause} stops the clock.
 */
export class StallTimer {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #whole: ReturnType<typeof setTimeout> | undefined;
  #reason: string | undefined;

  /** `wholeMs` is for headers and body together and never paused; Infinity: no such limit. */
  constructor(headersMs: number, private readonly stallMs: number, wholeMs = Infinity) {
    this.#arm(headersMs, `no answer within ${headersMs / 1000} s`);
    if (wholeMs === Infinity) return;
    this.#whole = setTimeout(() => this.#abort(`not all came within ${wholeMs / 1000} s`), wholeMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which of the limits has struck, in words. */
  get reason(): string | undefined {
    return this.#reason;
  }

  bodyBegins(): void {
    this.resume();
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    this.#arm(this.stallMs, `no byte came for ${this.stallMs / 1000} s`);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#whole);
  }

  /** What to tell the reader: our own timeout where it struck, else the platform's words. */
  explain(cause: unknown): string {
    return this.#reason ?? (cause instanceof Error ? innermost(cause).message : String(cause));
  }

  #arm(ms: number, reason: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort(reason), ms);
  }

  #abort(reason: string): void {
    this.#reason ??= reason;
    this.#controller.abort(new Error(reason));
  }
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
