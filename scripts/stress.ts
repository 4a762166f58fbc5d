/**
 * `deno task stress [processes|namespaces|collector|damage] [--rounds N] [--processes N] [--minutes N]`: one cache of
 * dist/edgeboot under many processes, or damaged, for as long as it takes. The gate has short forms.
 *
 *   processes    50 starts of one app on an empty cache, 200 times: each succeeds, each layer comes once
 *   namespaces   the same, each start in mount and PID namespaces of its own, the cache at another path
 *   collector    20 apps that import lazily and three collectors in a loop, 4 minutes: no file is lost; half of
 *                them are started by their environments' own Python, as other users, in other namespaces
 *   damage       every file of a tree of wheels is damaged: verify names each, the next start repairs it
 */
import { parseArgs } from "@std/cli/parse-args";
import { compiledBinary } from "./demo/compiled.ts";
import { findPython, type Python } from "./demo/python.ts";
import { stressCollector } from "./stress/collector.ts";
import { stressVerify } from "./stress/damage.ts";
import { Ground } from "./stress/ground.ts";
import { stressStarters } from "./stress/starters.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const KINDS = ["processes", "namespaces", "collector", "damage"] as const;
type Kind = typeof KINDS[number];

interface Options {
  readonly kinds: readonly Kind[];
  readonly rounds: number;
  readonly processes: number;
  readonly minutes: number;
}

/** Returns what went wrong. */
async function stress(
  kind: Kind,
  options: Options,
  ground: Ground,
  python: Python,
): Promise<readonly string[]> {
  if (kind === "damage") {
    const { files, results, faults } = await stressVerify(ground, python);
    console.log(`${kind}: ${files} files, ${faults.length} faults`);
    for (const [name, { tried, found }] of results) console.log(`  ${name}: ${found} of ${tried}`);
    return faults;
  }
  if (kind !== "collector") {
    const { processes, rounds } = options;
    const namespaces = kind === "namespaces";
    const faults = await stressStarters(ground, { processes, rounds, namespaces });
    console.log(`${kind}: ${processes} processes, ${rounds} rounds, ${faults.length} faults`);
    return faults;
  }
  const { minutes } = options;
  const outcome = await stressCollector(ground, { apps: 20, minutes });
  const { starts, late, imports, faults } = outcome;
  console.log(
    `${kind}: ${minutes} min, ${starts} starts, ${late} late, ${imports} imports, ${faults.length} faults`,
  );
  for (const [name, { runs, removed }] of outcome.collections) {
    console.log(`  ${name}: ${runs} collections removed ${removed} trees`);
  }
  return faults;
}

async function main(options: Options): Promise<boolean> {
  const edgeboot = await compiledBinary(root);
  const python = await findPython();
  let sound = true;
  for (const kind of options.kinds) {
    if (kind !== "processes" && kind !== "damage" && Deno.uid() !== 0) {
      console.log(`${kind}: not tried, only root can make namespaces`);
      continue;
    }
    await using ground = await Ground.make(edgeboot, python.executable);
    const faults = await stress(kind, options, ground, python);
    faults.slice(0, 20).forEach((fault) => console.log(`  ${fault.trim()}`));
    sound &&= faults.length === 0;
  }
  return sound;
}

function readOptions(args: readonly string[]): Options {
  const { _: names, ...numbers } = parseArgs([...args], {
    string: ["rounds", "processes", "minutes", "_"],
  });
  const unknown = names.find((name: unknown) => !KINDS.includes(name as Kind));
  if (unknown !== undefined) throw new Error(`${unknown}: choose ${KINDS.join(", ")}`);
  const number = (name: "rounds" | "processes" | "minutes", fallback: number) => {
    const value = Number(numbers[name] ?? fallback);
    if (!(value > 0)) throw new Error(`--${name} N: a number above 0`);
    return value;
  };
  return {
    kinds: names.length === 0 ? KINDS : KINDS.filter((kind) => names.includes(kind)),
    rounds: number("rounds", 200),
    processes: number("processes", 50),
    minutes: number("minutes", 4),
  };
}

if (import.meta.main) {
  try {
    Deno.exit(await main(readOptions(Deno.args)) ? 0 : 1);
  } catch (error) {
    console.error(`stress: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
