/** Longest stretch of work between two turns of the event loop, milliseconds. */
const STRETCH_MS = 15;
const ANYTHING = new Uint8Array(1);

/**
 * Lets the event loop turn between entries, so that SIGTERM is served while a large archive is being
 * unpacked: inflating and file calls are synchronous work on the main thread. Signals are only seen
 * when the loop waits for the outside, and the cheapest such wait is for something that another
 * thread does, such as hashing one byte. Measured per turn, and until a signal was served:
 * `setTimeout(0)` 2.1 ms and at once; a message to oneself 0.01 ms and 1,100 ms (the loop never
 * rests); a digest 0.13 ms and at once.
 */
export class Turns {
  #last = performance.now();

  /** Resolves after a turn of the event loop where one is due; else there is nothing to await. */
  turn(): Promise<void> | undefined {
    return performance.now() - this.#last < STRETCH_MS ? undefined : this.#take();
  }

  async #take(): Promise<void> {
    await crypto.subtle.digest("SHA-256", ANYTHING);
    this.#last = performance.now();
  }
}
