import { Bench, type BenchOptions } from "../../tests/e2e/support/faults/bench.ts";
import { cover, type Covered } from "../../tests/e2e/support/faults/cover.ts";
import {
  ERRNOS,
  LASTING,
  type RefusalOutcome,
  refuseAt,
} from "../../tests/e2e/support/faults/refuse.ts";
import { CHANGING, LOOKING, type Site } from "../../tests/e2e/support/faults/strace.ts";
import { renderTable } from "../bench/table.ts";

interface Scene extends BenchOptions {
  /** Once, or from there on. */
  readonly onwards?: boolean;
  /** Only at these calls; at all where it is not given. */
  readonly where?: RegExp;
}

const SCENES: Readonly<Record<string, Scene>> = {
  "file": { transport: "file" },
  "file, lasting": { transport: "file", onwards: true },
  "http, root": { transport: "http" },
  "http, not root": { transport: "http", uid: 65534 },
  "an environment": { transport: "file", act: "compose" },
  "compiling Python": { transport: "file", act: "compile", where: /v1\/(?:bytecode|environments)/ },
  "a first start": { transport: "file", act: "start" },
};

const CODES = [0, 73, 74, 77];

/**
 * Each error at every call on the cache; `only` names scenes, errors or both.
 * @param each every how many-th call; other ones for each error, so that together they come round
 */
export async function sweepErrors(
  width: number,
  only: readonly string[],
  each: number,
): Promise<number> {
  const wanted = (all: Readonly<Record<string, unknown>>) => {
    const named = Object.keys(all).filter((name) => only.includes(name));
    return named.length > 0 ? named : Object.keys(all);
  };
  const rows: string[][] = [];
  const notes: string[] = [];
  let faults = 0;
  for (const name of wanted(SCENES)) {
    const scene = SCENES[name]!;
    await using bench = await Bench.create(scene);
    for (const [turn, errno] of wanted(ERRNOS).entries()) {
      const { onwards = false, where = /./ } = scene;
      const choose = (sites: readonly Site[]) =>
        sites.filter(({ key }) => where.test(key)).filter((_, at) => at % each === turn % each);
      const calls = onwards ? LASTING : [...CHANGING, ...LOOKING];
      const covered = await cover(
        bench,
        { calls, width, choose },
        (site) => refuseAt(bench, errno, site, { onwards }),
      );
      rows.push([`${errno}, ${name}`, ...rowOf(covered)]);
      for (const site of covered.sites.filter((site) => !covered.met.has(site))) {
        notes.push(`not hit: ${errno}, ${name}: ${site}`);
      }
      for (const { site, fault } of covered.outcomes) {
        if (fault === undefined) continue;
        notes.push(`FAULT: ${errno}, ${name} at ${site}: ${fault}`);
        faults++;
      }
    }
  }
  const codes = CODES.map((code) => `exit ${code}`);
  const header = ["error", "calls hit", "runs", ...codes, "other", "closedir", "faults"];
  console.log(renderTable(header, rows));
  notes.forEach((line) => console.log(line));
  return faults;
}

function rowOf({ sites, met, outcomes }: Covered<RefusalOutcome>): string[] {
  const counted = outcomes.filter(({ site }) => site !== undefined);
  const count = (holds: (outcome: RefusalOutcome) => boolean) => `${counted.filter(holds).length}`;
  return [
    `${sites.filter((site) => met.has(site)).length}/${sites.length}`,
    `${counted.length}`,
    ...CODES.map((code) => count((each) => each.code === code)),
    count(({ code, aborted }) => !aborted && !CODES.includes(code)),
    count(({ aborted }) => aborted),
    count(({ fault }) => fault !== undefined),
  ];
}
