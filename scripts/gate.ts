/**
 * Runs the project's checks, the quick ones first.
 *
 *   deno run -A scripts/gate.ts ok      everything; stops at the first stage that fails
 *   deno run -A scripts/gate.ts check   format, lint, types, import rules
 *   deno run -A scripts/gate.ts test    compile, unit tests, end-to-end tests
 *   deno run -A scripts/gate.ts unit    unit tests     (e2e: end-to-end tests, on dist/edgeboot as it is)
 *
 * Where tests ran, the last line says how many: `N passed, N failed, N skipped`.
 */
import { addCounts, type Counts, formatCounts, NONE, readReport } from "./gate/report.ts";

interface Stage {
  readonly name: string;
  readonly args: readonly string[];
  /** Its results are counted; a run without a single test has failed. */
  readonly tests?: true;
}

const FORMAT: Stage = { name: "format", args: ["fmt", "--check"] };
const LINT: Stage = { name: "lint", args: ["lint", "--quiet"] };
const TYPES: Stage = {
  name: "types",
  args: ["check", "--quiet", "main.ts", "src", "tests", "scripts"],
};
const IMPORTS: Stage = { name: "import rules", args: ["run", "-A", "scripts/check_imports.ts"] };
const COMPILE: Stage = { name: "compile", args: ["run", "-A", "scripts/compile.ts"] };
// Types are a stage of their own; a test run need not check them again.
const TEST_ARGS = ["test", "-A", "--no-check", "--quiet"];
const UNIT: Stage = {
  name: "unit tests",
  args: [...TEST_ARGS, "--ignore=tests/e2e", "tests"],
  tests: true,
};
const E2E: Stage = { name: "end-to-end tests", args: [...TEST_ARGS, "tests/e2e"], tests: true };

interface Plan {
  readonly stages: readonly Stage[];
  /** Whether a failed test stage ends the run; any other failed stage always does. */
  readonly stopAtFailedTest: boolean;
}

const CHECK = [FORMAT, LINT, TYPES, IMPORTS];
const PLANS: Readonly<Record<string, Plan>> = {
  ok: { stages: [...CHECK, UNIT, COMPILE, E2E], stopAtFailedTest: true },
  check: { stages: CHECK, stopAtFailedTest: true },
  test: { stages: [COMPILE, UNIT, E2E], stopAtFailedTest: false },
  unit: { stages: [UNIT], stopAtFailedTest: true },
  e2e: { stages: [E2E], stopAtFailedTest: true },
};

const root = new URL("..", import.meta.url).pathname;

async function run(plan: Plan): Promise<boolean> {
  let total = NONE;
  let sound = true;
  for (const stage of plan.stages) {
    const began = performance.now();
    const { success, counts } = stage.tests
      ? await runTests(stage)
      : { success: await runDeno(stage.args), counts: NONE };
    total = addCounts(total, counts);
    sound &&= success;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${success ? "ok    " : "FAILED"}  ${stage.name}  ${seconds} s`);
    if (!success && (plan.stopAtFailedTest || !stage.tests)) break;
  }
  if (plan.stages.some(({ tests }) => tests)) console.log(formatCounts(total));
  return sound;
}

async function runTests(stage: Stage): Promise<{ success: boolean; counts: Counts }> {
  const report = await Deno.makeTempFile({ prefix: "edgeboot-tests-", suffix: ".xml" });
  try {
    const [command, ...rest] = stage.args;
    const success = await runDeno([command!, `--junit-path=${report}`, ...rest]);
    const counts = readReport(await Deno.readTextFile(report));
    const ran = counts.passed + counts.failed;
    // A module that does not load, or a leak outside of any test, fails the run but no test in it.
    if (!success && counts.failed === 0) return { success, counts: { ...counts, failed: 1 } };
    return { success: success && ran > 0, counts };
  } finally {
    await Deno.remove(report);
  }
}

async function runDeno(args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: root,
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  });
  return (await command.spawn().status).success;
}

if (import.meta.main) {
  const plan = PLANS[Deno.args[0] ?? "ok"];
  if (plan === undefined) {
    console.error(`gate: there is no ${Deno.args[0]}; there are ${Object.keys(PLANS).join(", ")}`);
    Deno.exit(2);
  }
  Deno.exit(await run(plan) ? 0 : 1);
}
