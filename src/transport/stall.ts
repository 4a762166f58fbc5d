import { LEAST_BYTES_PER_SECOND, type Patience } from "../model/patience.ts";

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
  #tooSlow = false;
  readonly #deadline: number;

  /** Since when the throughput is counted, of the time that was waited. */
  #waitedMs = 0;
  #bytes = 0;
  #resumed = 0;

  /**
   * @param leftMs for headers and body together
   * @param totalMs what `leftMs` is the rest of, for messages
   */
  constructor(
    private readonly patience: Pick<Patience, "answerMs" | "idleMs">,
    leftMs = Infinity,
    private readonly totalMs = leftMs,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#deadline = now() + leftMs;
    const ms = Math.max(0, Math.min(patience.answerMs, leftMs));
    AbortSignal.timeout(ms).addEventListener("abort", () => {
      if (this.#awaitsHeaders) this.#abort(`no answer within ${ms / 1000} s`);
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which of the limits has struck, in words. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether it was the throughput. */
  get tooSlow(): boolean {
    return this.#tooSlow;
  }

  /** The headers are there; the clock runs again from {@link resume}. */
  headersCame(): void {
    this.#awaitsHeaders = false;
  }

  /** @param bytes that have come since {@link resume} */
  pause(bytes = 0): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitedMs += this.now() - this.#resumed;
    this.#bytes += bytes;
    this.#judgeThroughput();
  }

  resume(): void {
    this.pause();
    this.#resumed = this.now();
    const { idleMs } = this.patience;
    const left = Math.max(0, this.#deadline - this.#resumed);
    const [ms, reason] = left < idleMs
      ? [left, `not all came within ${this.totalMs / 1000} s`]
      : [idleMs, `no byte came for ${idleMs / 1000} s`];
    this.#timer = setTimeout(() => this.#abort(reason), ms);
  }

  stop(): void {
    this.#awaitsHeaders = false;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What to tell the reader: our own timeout where it struck, else the platform's words. */
  explain(cause: unknown): string {
    return this.#reason ?? (cause instanceof Error ? cause.message : String(cause));
  }

  #judgeThroughput(): void {
    if (this.#waitedMs < this.patience.idleMs) return;
    const [seconds, bytes] = [this.#waitedMs / 1000, this.#bytes];
    this.#waitedMs = this.#bytes = 0;
    if (bytes >= seconds * LEAST_BYTES_PER_SECOND) return;
    this.#tooSlow = true;
    this.#abort(`only ${bytes} bytes came in ${Math.round(seconds)} s`);
  }

  #abort(reason: string): void {
    this.#reason ??= reason;
    this.#controller.abort(new Error(reason));
  }
}
