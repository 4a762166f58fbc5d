import { MOST_RESTARTS, type Patience } from "../model/patience.ts";
import { display } from "../model/location.ts";
import type { Clock } from "../host/ports.ts";
import { backoffMs } from "./retry.ts";

/** What is told before another attempt. */
export interface Retry {
  /** for messages */
  readonly url: string;
  readonly why: string;
  /** the number of the coming one, since the last progress */
  readonly attempt: number;
  readonly attempts: number;
  readonly waitMs: number;
}

export interface Broken {
  readonly why: string;
  /** Whether the attempt brought enough to be worth another one that does not count. */
  readonly progress: boolean;
  /** What the server asks for, milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The attempts of one fetch, over all its requests and transfers: what brings it to an end. */
export class Attempts {
  #fruitless = 0;
  #restarts = 0;
  readonly #deadline: number;

  constructor(
    readonly patience: Patience,
    private readonly url: string,
    private readonly clock: Clock,
    totalMs: number,
    private readonly onRetry?: (retry: Retry) => void,
  ) {
    this.#deadline = clock.monotonic() + totalMs;
  }

  /** Until all must be here, milliseconds. */
  get leftMs(): number {
    return this.#deadline - this.clock.monotonic();
  }

  /** Waits before another attempt; false where there is none left. */
  async again({ why, progress, retryAfterMs = 0 }: Broken): Promise<boolean> {
    this.#fruitless = progress ? 0 : this.#fruitless + 1;
    const { attempts } = this.patience;
    if (this.#fruitless >= attempts) return false;
    const waitMs = Math.max(backoffMs(Math.max(this.#fruitless, 1)), retryAfterMs);
    if (waitMs >= this.leftMs) return false;
    this.onRetry?.({ url: display(this.url), why, attempt: this.#fruitless + 1, attempts, waitMs });
    await this.clock.sleep(waitMs);
    return true;
  }

  /** What was there is of no use; false where that has happened too often. */
  restart(): boolean {
    return ++this.#restarts <= MOST_RESTARTS;
  }

  /** For messages: how often it was tried since the last progress. */
  get tried(): string {
    return this.#fruitless > 1 ? ` (attempt ${this.#fruitless} of ${this.patience.attempts})` : "";
  }
}
