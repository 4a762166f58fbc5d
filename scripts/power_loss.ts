/**
 * `deno task power-loss [ext4|xfs|btrfs] [--cuts N]`: cuts the power N times (200) while dist/edgeboot fetches
 * onto an empty file system, and looks at what is left: on a copy of the disk of that moment, which the file
 * system recovers when it is mounted. Needs root and loop devices.
 *
 * A control does the same to `unzip` and `mv` without a sync: it shows that the checker can fail.
 *
 * What it does not show: a disk that loses or reorders what it has said to be written and not been asked to
 * flush. The copy has every write that the device had completed.
 */
import { parseArgs } from "@std/cli/parse-args";
import { renderTable } from "./bench/table.ts";
import { compiledBinary } from "./demo/compiled.ts";
import { findPython } from "./demo/python.ts";
import { controlSubject, cutPower, edgebootSubject, type Outcome } from "./power_loss/cuts.ts";
import { FILE_SYSTEMS, type FileSystemName, whyNot, Yard } from "./power_loss/disks.ts";
import { writeFixture } from "./power_loss/fixture.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

interface Options {
  readonly kinds: readonly FileSystemName[];
  readonly cuts: number;
}

/** Returns whether every promise was kept and every control was found out. */
async function main({ kinds, cuts }: Options): Promise<boolean> {
  const edgeboot = await compiledBinary(root);
  const { executable } = await findPython();
  const path = `${executable.slice(0, executable.lastIndexOf("/"))}:/usr/bin:/bin`;
  const work = await Deno.makeTempDir({ prefix: "edgeboot-power-" });
  const rows: string[][] = [];
  let sound = true;
  try {
    const fixture = await writeFixture(work);
    await using yard = await Yard.open(work);
    const machine = { edgeboot, path, fixture, yard };
    const subjects = [
      ["edgeboot fetch", await edgebootSubject(machine), true],
      ["unzip && mv", controlSubject(machine), false],
    ] as const;
    for (const kind of kinds) {
      const missing = await whyNot(kind);
      if (missing !== undefined) {
        rows.push([kind, "not tried", missing]);
        continue;
      }
      for (const [name, subject, mustHold] of subjects) {
        const began = performance.now();
        const onCut = (done: number) => {
          if (done % 20 === 0) console.error(`${kind}, ${name}: ${done} of ${cuts} cuts`);
        };
        const outcome = await cutPower(kind, cuts, subject, machine, { onCut });
        rows.push(row(kind, name, outcome, performance.now() - began));
        if (mustHold) outcome.faults.forEach((fault) => console.log(`${kind}: ${fault}`));
        else {outcome.faults.slice(0, 3).forEach((fault) =>
            console.log(`${kind}, control: ${fault}`)
          );}
        sound &&= mustHold ? outcome.faulty === 0 : outcome.faulty > 0;
      }
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  const head = [
    "file system",
    "what",
    "cuts",
    "visible",
    "incomplete or failed",
    "leftovers",
    "min",
  ];
  console.log(renderTable(head, rows));
  return sound;
}

function row(kind: string, name: string, outcome: Outcome, ms: number): string[] {
  const { cuts, visible, faulty, withLeftovers } = outcome;
  const numbers = [cuts, visible, faulty, withLeftovers].map(String);
  return [kind, name, ...numbers, (ms / 60_000).toFixed(1)];
}

function readOptions(args: readonly string[]): Options {
  const { _: names, cuts = "200" } = parseArgs([...args], { string: ["cuts", "_"] });
  const unknown = names.find((name: unknown) => !FILE_SYSTEMS.includes(name as FileSystemName));
  if (unknown !== undefined) throw new Error(`${unknown}: choose ${FILE_SYSTEMS.join(", ")}`);
  if (!/^[1-9]\d*$/.test(cuts)) throw new Error("--cuts N: a number");
  const kinds = names.length === 0 ? FILE_SYSTEMS : FILE_SYSTEMS.filter((k) => names.includes(k));
  return { kinds, cuts: Number(cuts) };
}

if (import.meta.main) {
  try {
    Deno.exit(await main(readOptions(Deno.args)) ? 0 : 1);
  } catch (error) {
    console.error(`power-loss: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
