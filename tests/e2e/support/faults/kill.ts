import { assert, assertEquals } from "@std/assert";
import { exists } from "../kept.ts";
import type { Bench, Trial } from "./bench.ts";
import type { Outcome } from "./cover.ts";
import { age, leftovers } from "./cache_check.ts";
import { CHANGING, type Site, struck } from "./strace.ts";

/** What one kill -9 came to. */
export interface KillOutcome extends Outcome {
  readonly killed: boolean;
  /** What the killed process has left, and what was there after the next start, the collector, and in old age. */
  readonly left: Left;
  /** Complete trees whose top was still open. */
  readonly unclosed: number;
}

export interface Left {
  readonly atOnce: number;
  readonly afterStart: number;
  readonly afterCollection: number;
  readonly inOldAge: number;
}

/** Kills a cold fetch as it is about to make the call. */
export async function killAt(bench: Bench, { call }: Site): Promise<KillOutcome> {
  const trial = await bench.trial();
  const injection = { call, what: "signal=KILL" };
  const { ended, calls, hung } = await trial.traced(CHANGING, injection);
  const at = struck(calls, injection);
  // A Python that compiles for a fetch is killed, and the fetch goes on.
  const killed = ended.signal === "SIGKILL" || ended.code === 137 ||
    bench.act.across !== undefined && at !== undefined;
  const site = killed ? trial.sites(calls).find((each) => each.call === at)?.key : undefined;
  const left = { atOnce: leftovers(trial.cache).length, afterStart: 0, ...NOTHING };
  const outcome = { site, killed, left, unclosed: 0, fault: undefined };
  try {
    assert(!hung, "it hung");
    const { unclosed } = await trial.check();
    const rest = await aftermath(trial);
    return { ...outcome, unclosed, left: { ...left, ...rest } };
  } catch (error) {
    return { ...outcome, fault: (error as Error).message };
  } finally {
    await trial.discard();
  }
}

const NOTHING = { afterCollection: 0, inOldAge: 0 };
/** Older than anything that is kept for its owner, or to be continued. */
const OLD_DAYS = 8;

/** The next start, `verify`, and the collector, twice: as it is, and when what is left has grown old. */
export async function aftermath(trial: Trial): Promise<Omit<Left, "atOnce">> {
  await trial.startsUnaided();
  const afterStart = leftovers(trial.cache).length;
  const { code, stdout } = await trial.edgeboot(["verify", "--all"]);
  assertEquals(code, 0, stdout);
  await collect(trial);
  const afterCollection = leftovers(trial.cache).length;
  // Twice: what is removed makes the directory around it young again.
  for (let time = 0; time < 2 && leftovers(trial.cache).length > 0; time++) {
    age(trial.cache, OLD_DAYS);
    await collect(trial);
  }
  const inOldAge = leftovers(trial.cache);
  assert(inOldAge.length === 0, `stays for ever: ${inOldAge.join(", ")}`);
  assert(!exists(`${trial.cache}/v1/quarantine`), "nothing was taken for damaged");
  await trial.check();
  return { afterStart, afterCollection, inOldAge: inOldAge.length };
}

async function collect(trial: Trial): Promise<void> {
  const { code, stderr } = await trial.edgeboot(["cache", "gc"]);
  assertEquals([code, stderr], [0, ""]);
}
