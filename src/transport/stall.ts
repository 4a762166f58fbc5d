/**
 * Ends an exchange that makes no progress. The platform's fetch has neither a connect timeout nor a
 * minimum throughput, so a half-dead server would hold a start for ever. Time in which the consumer
 * is busy (unpacking, a full disk) does not count: {@link pause} stops the clock.
 *
 * The first `setTimeout` of a process costs 6 ms, as it loads a polyfill, and `AbortSignal.timeout` a
 * quarter of one. So the wait for headers, which is all of a warm start's exchange, uses the latter: it
 * cannot be cancelled, and what it says once headers are there is not listened to.
 */
export class StallTimer {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reason: string | undefined;
  #awaitsHeaders = true;

  readonly #deadline: number;

  /** `wholeMs` is for headers and body together, for documents that a start waits for. */
  constructor(
    headersMs: number,
    private readonly stallMs: number,
    private readonly wholeMs = Infinity,
  ) {
    this.#deadline = performance.now() + wholeMs;
    AbortSignal.timeout(headersMs).addEventListener("abort", () => {
      if (this.#awaitsHeaders) this.#abort(`no answer within ${headersMs / 1000} s`);
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which of the limits has struck, in words. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The headers are there; the clock runs again from {@link resume}. */
  headersCame(): void {
    this.#awaitsHeaders = false;
  }

  pause(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.pause();
    const left = Math.max(0, this.#deadline - performance.now());
    const [ms, reason] = left < this.stallMs
      ? [left, `not all came within ${this.wholeMs / 1000} s`]
      : [this.stallMs, `no byte came for ${this.stallMs / 1000} s`];
    this.#timer = setTimeout(() => this.#abort(reason), ms);
  }

  stop(): void {
    this.#awaitsHeaders = false;
    this.pause();
  }

  /** What to tell the reader: our own timeout where it struck, else the platform's words. */
  explain(cause: unknown): string {
    if (this.#reason !== undefined) return this.#reason;
    const message = cause instanceof Error ? innermost(cause).message : String(cause);
    // What is before it repeats the URL: "error sending request for url (…): client error (Connect): …".
    return message.replace(/^.*?client error \(\w+\): /s, "");
  }

  #abort(reason: string): void {
    this.#reason = reason;
    this.#controller.abort(new Error(reason));
  }
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
