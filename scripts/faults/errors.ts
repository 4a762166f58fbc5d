import { Bench, type BenchOptions } from "../../tests/e2e/support/faults/bench.ts";
import { cover, type Covered } from "../../tests/e2e/support/faults/cover.ts";
import {
  ERRNOS,
  LASTING,
  type RefusalOutcome,
  refuseAt,
} from "../../tests/e2e/support/faults/refuse.ts";
import { CHANGING, LOOKING } from "../../tests/e2e/support/faults/strace.ts";
import { renderTable } from "../bench/table.ts";

interface Scene extends BenchOptions {
  /** Once, or from there on. */
  readonly onwards?: boolean;
}

const SCENES: Readonly<Record<string, Scene>> = {
  "file": { transport: "file" },
  "file, lasting": { transport: "file", onwards: true },
  "http, not root": { transport: "http", uid: 65534 },
};

const CODES = [0, 73, 74, 77];

/** Each error at every call of a cold fetch on its cache; `only` names scenes, errors or both. */
export async function sweepErrors(width: number, only: readonly string[]): Promise<number> {
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
    for (const errno of wanted(ERRNOS)) {
      const { onwards = false } = scene;
      const calls = onwards ? LASTING : [...CHANGING, ...LOOKING];
      const covered = await cover(
        bench,
        { calls, width },
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
