/** Runs jobs of tests side by side, shows each when it ends, and keeps what each took. */
import { ROOT, runDeno } from "./deno.ts";
import { type Job, longestFirst, nextJob } from "./jobs.ts";
import { addCounts, type Counts, formatCounts, NONE, readReport, readTimes } from "./report.ts";
import type { Timed } from "./report.ts";

// Types are a stage of their own; a test run need not check them again.
const TEST = ["test", "-A", "--no-check"];
const KEPT_SECONDS = `${ROOT}/.cache/gate/seconds.json`;

export interface TestsRun {
  readonly counts: Counts;
  readonly files: readonly Timed[];
  readonly tests: readonly Timed[];
  readonly failed: readonly string[];
}

/** As many at a time as there are processors; DENO_JOBS says otherwise. */
export function lanes(): number {
  return Number(Deno.env.get("DENO_JOBS")) || Math.max(2, navigator.hardwareConcurrency);
}

export async function runJobs(
  jobs: readonly Job[],
  env: Readonly<Record<string, string>>,
): Promise<TestsRun> {
  const known = await readSeconds();
  const waiting = longestFirst(jobs, known);
  const running = new Map<Job, Promise<[Job, TestsRun]>>();
  let total: TestsRun = { counts: NONE, files: [], tests: [], failed: [] };
  while (waiting.length + running.size > 0) {
    const next = running.size < lanes() ? nextJob(waiting, [...running.keys()]) : undefined;
    if (next !== undefined) {
      waiting.splice(waiting.indexOf(next), 1);
      running.set(next, runJob(next, env).then((run) => [next, run]));
      continue;
    }
    const [job, run] = await Promise.race(running.values());
    running.delete(job);
    total = {
      counts: addCounts(total.counts, run.counts),
      files: [...total.files, ...run.files],
      tests: [...total.tests, ...run.tests],
      failed: [...total.failed, ...run.failed],
    };
  }
  const seconds = total.files.map(({ name, seconds }) => [name, Number(seconds.toFixed(1))]);
  await writeSeconds({ ...known, ...Object.fromEntries(seconds) });
  return total;
}

async function runJob(job: Job, env: Readonly<Record<string, string>>): Promise<TestsRun> {
  const report = await Deno.makeTempFile({ prefix: "edgeboot-tests-", suffix: ".xml" });
  try {
    const args = [...TEST, `--junit-path=${report}`, ...job.files];
    const options = { env: { NO_COLOR: "1", ...env }, limit: job.limit, captured: true };
    const { success, hung, output, seconds } = await runDeno(args, options);
    const xml = await Deno.readTextFile(report);
    const counts = countsOf(xml, success);
    const sound = success && counts.passed > 0;
    const told = sound ? ignoredOf(output) : output.trimEnd();
    if (told !== "") console.log(told);
    const state = hung ? `HUNG after ${job.limit} s, in the last test above` : formatCounts(counts);
    console.log(
      `${sound ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${job.name}: ${state}`,
    );
    return {
      ...{ counts, files: [{ name: job.name, seconds }], tests: readTimes(xml) },
      failed: sound ? [] : [job.name],
    };
  } finally {
    await Deno.remove(report);
  }
}

/** What a test that was left out said of it, with its reason. */
function ignoredOf(output: string): string {
  return output.split("\n").filter((line) => /^(?:ignored:| {2}because )/.test(line)).join("\n");
}

/** A module that does not load, a leak outside of any test or a hang fails the run but no test in it. */
function countsOf(xml: string, success: boolean): Counts {
  const counts = readReport(xml);
  return success || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

async function readSeconds(): Promise<Record<string, number>> {
  try {
    return JSON.parse(await Deno.readTextFile(KEPT_SECONDS));
  } catch {
    return {};
  }
}

async function writeSeconds(seconds: Readonly<Record<string, number>>): Promise<void> {
  await Deno.mkdir(KEPT_SECONDS.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(KEPT_SECONDS, JSON.stringify(seconds, null, 1));
}
