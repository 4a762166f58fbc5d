/**
 * Runs the project's checks, the quick ones first.
 *
 *   deno run -A scripts/gate.ts quick   what tells most in under four minutes; before each commit
 *   deno run -A scripts/gate.ts ok      everything; stops at the first stage that fails
 *   deno run -A scripts/gate.ts check   format, lint, types, import rules
 *   deno run -A scripts/gate.ts test    compile, unit tests, end-to-end tests
 *   deno run -A scripts/gate.ts test PATH…     files or directories of tests; compiles where one needs it
 *   deno run -A scripts/gate.ts unit    unit tests     (e2e: end-to-end tests, on dist/edgeboot as it is)
 *
 * Where tests ran, what was slowest is named, and the last line says how many: `N passed, N failed, N skipped`.
 */
import { isStale, testFiles } from "./gate/files.ts";
import { ROOT, runDeno } from "./gate/deno.ts";
import { type Choice, isEndToEnd, jobsOf } from "./gate/jobs.ts";
import { addCounts, formatCounts, formatSlowest, NONE } from "./gate/report.ts";
import { runJobs, type TestsRun } from "./gate/tests.ts";

/** A command of Deno, or tests; without a test in it, a stage of tests has failed. */
type Stage =
  | { readonly name: string; readonly args: readonly string[] }
  | { readonly name: string; readonly files: readonly string[]; readonly choice: Choice };

const FORMAT: Stage = { name: "format", args: ["fmt", "--check", "--quiet"] };
const LINT: Stage = { name: "lint", args: ["lint", "--quiet"] };
const TYPES: Stage = {
  name: "types",
  args: ["check", "--quiet", "main.ts", "src", "tests", "scripts"],
};
const RULES: Stage = { name: "rules", args: ["run", "-A", "scripts/check_imports.ts"] };
const COMPILE: Stage = { name: "compile", args: ["run", "-A", "scripts/compile.ts"] };
const CHECK = [FORMAT, LINT, TYPES, RULES];
const SLOWEST = 10;

interface Plan {
  readonly stages: readonly Stage[];
  /** Whether a failed test stage ends the run; any other failed stage always does. */
  readonly stopAtFailedTest: boolean;
}

function plan(name: string, paths: readonly string[]): Plan | undefined {
  const all = testFiles(ROOT, "tests");
  const unit = (choice: Choice): Stage => (
    { name: "unit tests", files: all.filter((file) => !isEndToEnd(file)), choice }
  );
  const e2e = (choice: Choice): Stage => (
    { name: "end-to-end tests", files: all.filter(isEndToEnd), choice }
  );
  const stop = { stopAtFailedTest: true };
  if (name === "test" && paths.length > 0) return { ...stop, stages: chosen(paths) };
  if (name === "check") return { ...stop, stages: CHECK };
  if (name === "quick") {
    return { ...stop, stages: [...CHECK, unit("short"), COMPILE, e2e("short")] };
  }
  if (name === "ok") return { ...stop, stages: [...CHECK, unit("whole"), COMPILE, e2e("whole")] };
  if (name === "unit") return { ...stop, stages: [unit("whole")] };
  if (name === "e2e") return { ...stop, stages: [e2e("whole")] };
  if (name !== "test") return undefined;
  return { stages: [COMPILE, unit("whole"), e2e("whole")], stopAtFailedTest: false };
}

function chosen(paths: readonly string[]): Stage[] {
  const files = paths.flatMap((path) => testFiles(ROOT, path.replace(/^\.\/|\/$/g, "")));
  const stale = files.some(isEndToEnd) && isStale(ROOT, "dist/edgeboot");
  return [...(stale ? [COMPILE] : []), { name: "tests", files, choice: "whole" }];
}

async function run({ stages, stopAtFailedTest }: Plan): Promise<boolean> {
  const runs: TestsRun[] = [];
  const failed: string[] = [];
  for (const stage of stages) {
    const began = performance.now();
    const tests = "files" in stage ? await runStage(stage) : undefined;
    const success = tests === undefined
      ? "args" in stage && (await runDeno(stage.args)).success
      : tests.failed.length === 0 && tests.counts.passed > 0;
    if (tests !== undefined) runs.push(tests);
    if (!success) failed.push(stage.name);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${success ? "ok    " : "FAILED"}  ${stage.name}  ${seconds} s`);
    if (!success && (stopAtFailedTest || tests === undefined)) break;
  }
  if (stages.some((stage) => "files" in stage)) summarize(runs);
  return failed.length === 0;
}

async function runStage({ files, choice }: Extract<Stage, { files: unknown }>): Promise<TestsRun> {
  return await runJobs(jobsOf(files, choice), { EDGEBOOT_TESTS: choice });
}

function summarize(runs: readonly TestsRun[]): void {
  console.log(`slowest files:\n${formatSlowest(runs.flatMap(({ files }) => files), SLOWEST)}`);
  console.log(`slowest tests:\n${formatSlowest(runs.flatMap(({ tests }) => tests), SLOWEST)}`);
  for (const name of runs.flatMap(({ failed }) => failed)) console.log(`FAILED  ${name}`);
  console.log(formatCounts(runs.map(({ counts }) => counts).reduce(addCounts, NONE)));
}

if (import.meta.main) {
  const [name = "quick", ...paths] = Deno.args;
  const found = plan(name, paths);
  if (found === undefined) {
    console.error(`gate: there is no ${name}; there are quick, ok, check, test, unit, e2e`);
    Deno.exit(2);
  }
  Deno.exit(await run(found) ? 0 : 1);
}
