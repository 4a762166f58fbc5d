import { assertEquals } from "@std/assert";
import { parallel } from "../../archives/parallel.ts";
import type { Bench } from "./bench.ts";
import type { Site } from "./strace.ts";

/** What one attempt came to. */
export interface Outcome {
  /** The call that was really met, by its key; undefined where it was none of the cache's. */
  readonly site: string | undefined;
  /** what was not as it must be */
  readonly fault: string | undefined;
}

export interface Covered<T extends Outcome> {
  readonly sites: readonly string[];
  /** those that were met */
  readonly met: ReadonlySet<string>;
  readonly outcomes: readonly T[];
}

export interface CoverOptions {
  /** system calls that are looked for */
  readonly calls: readonly string[];
  /** attempts at the same time */
  readonly width: number;
  /** All of them where it is not given. */
  readonly choose?: (sites: readonly Site[]) => readonly Site[];
  /** how often what was not met is aimed at again */
  readonly passes?: number;
}

export const MOST_PASSES = 8;
/** From here on also at the calls before and after: how often a thread has called before varies a little. */
const SPREAD_PASS = 3;

/**
 * Makes an attempt at each call that a cold fetch makes in its cache. strace counts the calls of each thread
 * and name on its own, and chunks of a download come as they come, so an attempt may meet another call than
 * the one it was meant for: what has been met is read from the trace of each run, and what is left is aimed
 * at again, with numbers from a new run.
 */
export async function cover<T extends Outcome>(
  bench: Bench,
  { calls, width, choose = (sites) => sites, passes = MOST_PASSES }: CoverOptions,
  attempt: (site: Site) => Promise<T>,
): Promise<Covered<T>> {
  const outcomes: T[] = [];
  const met = new Set<string>();
  const wanted = new Set<string>();
  for (let pass = 1; pass <= passes; pass++) {
    const made = await enumerate(bench, calls);
    if (pass === 1) choose(made).forEach(({ key }) => wanted.add(key));
    const missing = made.filter(({ key }) => wanted.has(key) && !met.has(key));
    if (missing.length === 0) break;
    const spread = pass < SPREAD_PASS ? [0] : [0, -1, 1];
    const aims = missing.flatMap((site) => spread.map((by) => beside(site, by)));
    await parallel(aims, async (site) => {
      const outcome = await attempt(site);
      outcomes.push(outcome);
      if (outcome.site !== undefined) met.add(outcome.site);
    }, width);
  }
  return { sites: [...wanted], met, outcomes };
}

/** Every call of a cold fetch that has to do with its cache, in order. */
async function enumerate(bench: Bench, calls: readonly string[]): Promise<Site[]> {
  const trial = await bench.trial();
  try {
    const { ended, calls: made } = await trial.traced(calls);
    assertEquals(ended.code, 0, ended.stderr);
    return trial.sites(made);
  } finally {
    await trial.discard();
  }
}

function beside({ call, key }: Site, by: number): Site {
  return { key, call: { ...call, nth: Math.max(1, call.nth + by) } };
}
