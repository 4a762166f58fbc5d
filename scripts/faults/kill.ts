import { Bench, type BenchOptions } from "../../tests/e2e/support/faults/bench.ts";
import { cover, MOST_PASSES } from "../../tests/e2e/support/faults/cover.ts";
import { killAt, type KillOutcome } from "../../tests/e2e/support/faults/kill.ts";
import { CHANGING, type Site } from "../../tests/e2e/support/faults/strace.ts";
import { renderTable } from "../bench/table.ts";

const NOBODY = 65534;

interface Scene extends BenchOptions {
  /** Only at these calls; at all where it is not given. */
  readonly where?: RegExp;
  /** How often what was not met is aimed at again, where two processes share the work as it comes. */
  readonly passes?: number;
}

/** Another scene has the rest of a fetch. */
const DERIVED = /v1\/(?:bytecode|environments)/;

const SCENES: Readonly<Record<string, Scene>> = {
  "file://": { transport: "file" },
  "http://": { transport: "http" },
  "file://, not root": { transport: "file", uid: NOBODY },
  "http://, not root, 1.3 MB": { transport: "http", uid: NOBODY, large: true },
  "file://, one layer new": { transport: "file", update: true },
  "file://, compiling": { transport: "file", bytecode: true },
  "compiling Python, too": { transport: "file", act: "compile", where: DERIVED, passes: 3 },
  "an environment": { transport: "file", act: "compose" },
  "an environment, not root": { transport: "file", act: "compose", uid: NOBODY },
  "a first start": { transport: "file", act: "start" },
  "a first start, not root": { transport: "file", act: "start", uid: NOBODY },
};

/** kill -9 at every call of a cold fetch that may change the cache. Returns the faults found. */
export async function sweepKills(width: number, only: readonly string[]): Promise<number> {
  const rows: string[][] = [];
  const faults: string[] = [];
  const missed: string[] = [];
  for (const [scene, options] of Object.entries(SCENES)) {
    if (only.length > 0 && !only.includes(scene)) continue;
    await using bench = await Bench.create(options);
    const began = performance.now();
    const { where, passes = MOST_PASSES } = options;
    const choose = (sites: readonly Site[]) =>
      where === undefined ? sites : sites.filter(({ key }) => where.test(key));
    const how = { calls: CHANGING, width, choose, passes };
    const { sites, met, outcomes } = await cover(bench, how, (site) => killAt(bench, site));
    const hit = sites.filter((site) => met.has(site)).length;
    missed.push(...sites.filter((site) => !met.has(site)).map((site) => `${scene}: ${site}`));
    const bad = outcomes.filter(({ fault }) => fault !== undefined);
    faults.push(...bad.map(({ site, fault }) => `${scene}: killed at ${site}: ${fault}`));
    const count = (holds: (outcome: KillOutcome) => boolean) => `${outcomes.filter(holds).length}`;
    rows.push([
      scene,
      `${hit}/${sites.length}`,
      count(({ killed }) => killed),
      `${bad.length}`,
      count(({ unclosed }) => unclosed > 0),
      count(({ left }) => left.atOnce > 0),
      count(({ left }) => left.afterStart > 0),
      count(({ left }) => left.afterCollection > 0),
      count(({ left }) => left.inOldAge > 0),
      `${((performance.now() - began) / 1000).toFixed(0)} s`,
    ]);
  }
  console.log(renderTable(
    [
      ...["kill -9 at", "calls hit", "killed", "faults", "top open", "left", "…after start"],
      ...["…after gc", "…in old age", "took"],
    ],
    rows,
  ));
  missed.forEach((line) => console.log(`not hit: ${line}`));
  faults.forEach((line) => console.log(`FAULT: ${line}`));
  return faults.length;
}
