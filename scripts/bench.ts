/**
 * `deno task bench [warm|start|cold|pack]`: tables of medians, all candidates side by side in one run. It shows
 * times and never judges them: machines differ.
 *
 *   deno run -A scripts/bench.ts [warm|start|cold|pack] [--rounds N] [--workload NAME]
 */
import { parseArgs } from "@std/cli/parse-args";
import { benchCold } from "./bench/cold.ts";
import { describeMachine } from "./bench/machine.ts";
import { benchPack } from "./bench/pack.ts";
import { benchStart } from "./bench/start.ts";
import { benchWarm } from "./bench/warm.ts";
import { compiledBinary } from "./demo/compiled.ts";
import { findPython } from "./demo/python.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

const BENCHES = ["warm", "start", "cold", "pack"] as const;
type Bench = typeof BENCHES[number];

interface Options {
  readonly benches: readonly Bench[];
  readonly rounds: number | undefined;
  /** of `start`; undefined: all of them */
  readonly workload: string | undefined;
}

async function bench({ benches, rounds, workload }: Options): Promise<void> {
  const edgeboot = await compiledBinary(root);
  const python = await findPython();
  const { executable } = python;
  console.log(await describeMachine());
  const work = await Deno.makeTempDir({ prefix: "edgeboot-bench-" });
  try {
    if (benches.includes("warm")) await benchWarm(edgeboot, executable, work, rounds ?? 40, root);
    if (benches.includes("start")) {
      await benchStart(edgeboot, python, work, { rounds: rounds ?? 3, workload });
    }
    if (benches.includes("cold")) await benchCold(edgeboot, executable, work, rounds ?? 5);
    if (benches.includes("pack")) await benchPack(edgeboot, python, work, rounds ?? 3);
  } finally {
    await new Deno.Command("chmod", { args: ["-R", "u+w", work] }).output();
    await Deno.remove(work, { recursive: true });
  }
}

function readOptions(args: readonly string[]): Options {
  const { _: names, rounds, workload } = parseArgs([...args], {
    string: ["rounds", "workload"],
  });
  const unknown = names.find((name: unknown) => !BENCHES.includes(name as Bench));
  if (unknown !== undefined) throw new Error(`${unknown}: choose ${BENCHES.join(", ")}`);
  if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds)) throw new Error("--rounds N: a number");
  const benches = names.length === 0 ? BENCHES : BENCHES.filter((name) => names.includes(name));
  return { benches, rounds: rounds === undefined ? undefined : Number(rounds), workload };
}

if (import.meta.main) {
  try {
    await bench(readOptions(Deno.args));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
