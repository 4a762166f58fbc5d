import type { HttpResponse } from "../host/ports.ts";
import type { StallTimer } from "./stall.ts";

/** One response and the timer that watches it. */
export class Exchange {
  #ended = false;

  constructor(readonly response: HttpResponse, private readonly timer: StallTimer) {}

  get status(): number {
    return this.response.status;
  }

  /** bytes of what this response brings, where it says */
  get length(): number | undefined {
    const length = Number(this.response.header("content-length") ?? NaN);
    return Number.isSafeInteger(length) ? length : undefined;
  }

  /** Whether it was ended for its throughput: then what it brought is no progress. */
  get isTooSlow(): boolean {
    return this.timer.tooSlow;
  }

  /** Why the body ended before its end. */
  get brokeBy(): string {
    return this.timer.reason ?? "the connection broke";
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    this.timer.resume();
    for await (const chunk of this.response.body()) {
      this.timer.pause(chunk.length);
      if (this.isTooSlow) throw new Error(this.brokeBy);
      yield chunk;
      this.timer.resume();
    }
    this.#ended = true;
  }

  async discard(): Promise<void> {
    this.timer.stop();
    if (!this.#ended) await this.response.cancel();
    this.#ended = true;
  }
}
