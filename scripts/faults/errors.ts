import { Bench, type BenchOptions } from "../../tests/e2e/support/faults/bench.ts";
import { cover } from "../../tests/e2e/support/faults/cover.ts";
import { ERRNOS, refuseAt } from "../../tests/e2e/support/faults/refuse.ts";
import { CHANGING, LOOKING } from "../../tests/e2e/support/faults/strace.ts";
import { renderTable } from "../bench/table.ts";

const SCENES: Readonly<Record<string, BenchOptions>> = {
  "file://": { transport: "file" },
  "http://, not root": { transport: "http", uid: 65534 },
};

const CODES = [0, 73, 74, 77];

/** Each error at every call of a cold fetch on its cache. Returns the faults found. */
export async function sweepErrors(width: number, only: readonly string[]): Promise<number> {
  const rows: string[][] = [];
  const faults: string[] = [];
  const missed: string[] = [];
  for (const [scene, options] of Object.entries(SCENES)) {
    if (
      only.some((name) => name === "file" || name === "http") && !only.includes(scene.slice(0, 4))
    ) continue;
    await using bench = await Bench.create(options);
    for (const errno of Object.keys(ERRNOS)) {
      if (only.some((name) => name in ERRNOS) && !only.includes(errno)) continue;
      const how = { calls: [...CHANGING, ...LOOKING], width };
      const { sites, met, outcomes } = await cover(
        bench,
        how,
        (site) => refuseAt(bench, errno, site),
      );
      const unmet = sites.filter((site) => !met.has(site));
      missed.push(...unmet.map((site) => `${scene}, ${errno}: ${site}`));
      const counted = outcomes.filter(({ site }) => site !== undefined);
      const bad = counted.filter(({ fault }) => fault !== undefined);
      faults.push(...bad.map(({ site, fault }) => `${scene}, ${errno} at ${site}: ${fault}`));
      const other = counted.filter(({ code, aborted }) => !aborted && !CODES.includes(code));
      const aborted = counted.filter((each) => each.aborted);
      rows.push([
        `${scene} ${errno}`,
        `${sites.length - unmet.length}/${sites.length}`,
        `${counted.length}`,
        ...CODES.map((code) => `${counted.filter((each) => each.code === code).length}`),
        `${other.length}`,
        `${aborted.length}`,
        `${bad.length}`,
      ]);
    }
  }
  const codes = CODES.map((code) => `exit ${code}`);
  console.log(
    renderTable(["error", "calls hit", "runs", ...codes, "other", "closedir", "faults"], rows),
  );
  missed.forEach((line) => console.log(`not hit: ${line}`));
  faults.forEach((line) => console.log(`FAULT: ${line}`));
  return faults.length;
}
