import type { Python } from "../demo/python.ts";
import { freshCopy } from "./programs.ts";
import { prepareGround } from "./start/ground.ts";
import { edgebootLaunchers, type Launcher, plainLaunchers, VENV } from "./start/launchers.ts";
import { installTools } from "./start/tools.ts";
import { type Workload, WORKLOADS } from "./start/workloads.ts";
import { median } from "./statistics.ts";
import { renderTable } from "./table.ts";

export interface StartOptions {
  readonly rounds: number;
  /** undefined: all of them */
  readonly workload: string | undefined;
}

const MEASURE = new URL("./start/measure_starts.py", import.meta.url).pathname;
const STARTS = 10;

/**
 * How long an app takes to the end of its imports, from a virtual environment, by edgeboot from layers that
 * were packed in several ways, and by those who do the like: the first ten starts.
 */
export async function benchStart(
  edgeboot: string,
  python: Python,
  work: string,
  { rounds, workload: wanted }: StartOptions,
): Promise<void> {
  const kept = `${cacheHome()}/edgeboot-bench/start-${python.pythonTag}-1`;
  await Deno.mkdir(kept, { recursive: true });
  const tools = await installTools(python, kept);
  const binary = await freshCopy(edgeboot, work);
  for (const workload of WORKLOADS) {
    if (wanted !== undefined && workload.name !== wanted) continue;
    const ground = await prepareGround(workload, python, tools, kept);
    const launchers = [
      ...plainLaunchers(ground, python, tools),
      ...await edgebootLaunchers(workload, ground, { binary, python, work }),
    ];
    const results = await measureStarts(python.executable, launchers, rounds, work);
    console.log(`\n${title(workload)}: time to the end of imports, ${rounds} rounds, ms\n`);
    console.log(render(results));
  }
  console.log(LEGEND);
}

/** Of each candidate, round and start: wall time and processor time, milliseconds. */
type Results = ReadonlyMap<string, readonly (readonly (readonly [ms: number, cpu: number])[])[]>;

async function measureStarts(
  python: string,
  candidates: readonly Launcher[],
  rounds: number,
  place: string,
): Promise<Results> {
  const child = new Deno.Command(python, {
    args: ["-I", MEASURE],
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const writer = child.stdin.getWriter();
  const spec = JSON.stringify({ rounds, starts: STARTS, place, candidates });
  await writer.write(new TextEncoder().encode(spec));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("a launcher failed; its output is above");
  return new Map(Object.entries(JSON.parse(new TextDecoder().decode(stdout))));
}

function render(results: Results): string {
  const time = (name: string, which: "ms" | "cpu", from: number, to = from + 1) =>
    median(
      results.get(name)!.flatMap((starts) =>
        starts.slice(from, to).map(([ms, cpu]) => which === "ms" ? ms : cpu)
      ),
    );
  const cells = (name: string, ...of: [from: number, to?: number]) => [
    time(name, "ms", ...of).toFixed(0),
    ...(["ms", "cpu"] as const).map((which) =>
      `${(time(name, which, ...of) / time(VENV, which, ...of)).toFixed(2)}x`
    ),
  ];
  const rows = [...results.keys()].map((name) => [
    name,
    ...cells(name, 0),
    ...cells(name, 1),
    ...cells(name, 1, STARTS),
  ]);
  const header = ["", "first", "", "CPU", "second", "", "CPU", "2nd to 10th", "", "CPU"];
  return renderTable(header, rows);
}

function title({ name, requirements }: Workload): string {
  return requirements.length === 0 ? name : `${name} (${requirements.join(", ")})`;
}

function cacheHome(): string {
  return Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
}

const LEGEND = `
first        everything is on the disk, nothing was started from there yet: edgeboot's cache is
             filled by \`fetch --compile-bytecode never\`; shiv and pex still unpack themselves
second       the start after it; 2nd to 10th is the median of them all
x            as a multiple of the same start of the virtual environment in the same run
CPU          the same of processor time: steadier on a busy machine
pip … wheels how the layers were made: \`pip install --target\`, \`uv pip install --target\`, a tarred
             virtual environment, a zip of pip's directory, a layer for each wheel
edgeboot env the environment's own bin/python, with nothing in front of it`;
