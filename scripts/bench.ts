/**
 * `deno task bench [warm|cold]`: tables of medians, all candidates side by side in one run. It shows
 * times and never judges them: machines differ.
 *
 *   deno run -A scripts/bench.ts [warm|cold] [--rounds N]
 */
import { parseArgs } from "@std/cli/parse-args";
import { benchCold } from "./bench/cold.ts";
import { describeMachine } from "./bench/machine.ts";
import { benchWarm } from "./bench/warm.ts";
import { compiledBinary } from "./demo/compiled.ts";
import { findPython } from "./demo/python.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

const BENCHES = ["warm", "cold"] as const;
type Bench = typeof BENCHES[number];

interface Options {
  readonly benches: readonly Bench[];
  readonly rounds: number | undefined;
}

async function bench({ benches, rounds }: Options): Promise<void> {
  const edgeboot = await compiledBinary(root);
  const { executable } = await findPython();
  console.log(await describeMachine());
  const work = await Deno.makeTempDir({ prefix: "edgeboot-bench-" });
  try {
    if (benches.includes("warm")) await benchWarm(edgeboot, executable, work, rounds ?? 40, root);
    if (benches.includes("cold")) await benchCold(edgeboot, executable, work, rounds ?? 5);
  } finally {
    await new Deno.Command("chmod", { args: ["-R", "u+w", work] }).output();
    await Deno.remove(work, { recursive: true });
  }
}

function readOptions(args: readonly string[]): Options {
  const { _: names, rounds } = parseArgs([...args], { string: ["rounds"] });
  const unknown = names.find((name: unknown) => !BENCHES.includes(name as Bench));
  if (unknown !== undefined) throw new Error(`${unknown}: choose ${BENCHES.join(" or ")}`);
  if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds)) throw new Error("--rounds N: a number");
  const benches = names.length === 0 ? BENCHES : BENCHES.filter((name) => names.includes(name));
  return { benches, rounds: rounds === undefined ? undefined : Number(rounds) };
}

if (import.meta.main) {
  try {
    await bench(readOptions(Deno.args));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
