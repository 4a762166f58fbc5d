import type { Clock } from "../../src/host/ports.ts";

/** A clock whose sleeps take no time and are remembered. */
export class RecordingClock implements Clock {
  readonly slept: number[] = [];
  readonly began = 0;
  #now = 1_800_000_000_000;

  now = () => this.#now;
  monotonic = () => this.#now - 1_800_000_000_000;
  sleep = (ms: number) => {
    this.slept.push(ms);
    this.advance(ms);
    return Promise.resolve();
  };

  advance(ms: number): void {
    this.#now += ms;
  }
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Replaces setTimeout, clearTimeout and AbortSignal.timeout while `act` runs; `advance` fires what is due. */
export async function withManualTimers(
  act: (advance: (ms: number) => void, pending: () => number) => Promise<void>,
): Promise<void> {
  const { setTimeout, clearTimeout } = globalThis;
  const { timeout } = AbortSignal;
  const timers = new Map<number, Timer>();
  // Not among `timers`: such a signal cannot be cancelled, so it is never something left behind.
  const deadlines: Timer[] = [];
  let now = 0;
  let last = 0;
  const replacement = {
    setTimeout: (fire: () => void, ms: number) => {
      timers.set(++last, { at: now + ms, fire });
      return last;
    },
    clearTimeout: (id: number | undefined) => void (id !== undefined && timers.delete(id)),
  };
  const advance = (ms: number) => {
    now += ms;
    for (const [id, { at, fire }] of timers) {
      if (at > now) continue;
      timers.delete(id);
      fire();
    }
    deadlines.filter(({ at }) => at <= now).forEach(({ fire }) => fire());
  };
  Object.assign(globalThis, replacement);
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    deadlines.push({ at: now + ms, fire: () => controller.abort() });
    return controller.signal;
  };
  try {
    await act(advance, () => timers.size);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    AbortSignal.timeout = timeout;
  }
}
