import type { Phase } from "../app/events.ts";
import type { Clock } from "../host/ports.ts";

/** How long each step of a start took, milliseconds. What comes back is added up. */
export class PhaseTimes {
  /** In the order in which the steps first ended. */
  readonly totals = new Map<Phase, number>();
  #last: number;

  constructor(private readonly clock: Pick<Clock, "monotonic" | "began">) {
    this.totals.set("runtime", clock.began);
    this.#last = clock.began;
  }

  /** A step has ended. @returns what it took since the one before */
  end(phase: Phase): number {
    const now = this.clock.monotonic();
    const ms = now - this.#last;
    this.#last = now;
    this.totals.set(phase, (this.totals.get(phase) ?? 0) + ms);
    return ms;
  }

  /** All of it so far, the runtime's own part included. */
  get total(): number {
    return this.clock.monotonic();
  }
}
