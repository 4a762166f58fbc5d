import { type Phase, PHASES, RandomKills } from "../../tests/e2e/support/faults/random.ts";
import { renderTable } from "../bench/table.ts";

/** Kills at random moments of cold and half-cold starts. Returns the faults found. */
export async function killAtRandom(rounds: number): Promise<number> {
  await using kills = await RandomKills.create();
  const histogram = new Map<Phase, number>(PHASES.map((phase) => [phase, 0]));
  const faults: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    try {
      const phase = await kills.round();
      histogram.set(phase, histogram.get(phase)! + 1);
    } catch (error) {
      faults.push(`round ${round}: ${(error as Error).message}`);
    }
  }
  const left = await kills.collected();
  const rows = [...histogram].map(([phase, count]) => [phase, `${count}`, bar(count / rounds)]);
  console.log(renderTable(["the kill fell in", "rounds", ""], rows));
  console.log(
    `${rounds} rounds, ${faults.length} faults; left after the collector: ${left.length}`,
  );
  faults.forEach((line) => console.log(`FAULT: ${line}`));
  return faults.length;
}

function bar(share: number): string {
  return "#".repeat(Math.round(share * 60));
}
