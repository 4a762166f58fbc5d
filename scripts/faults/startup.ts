import { parallel } from "../../tests/e2e/archives/parallel.ts";
import { Bench } from "../../tests/e2e/support/faults/bench.ts";
import { type Call, CHANGING, LOOKING } from "../../tests/e2e/support/faults/strace.ts";
import { renderTable } from "../bench/table.ts";

const ERRNOS = ["EMFILE", "EIO", "EACCES"];
const CALLS = [...CHANGING, ...LOOKING];

/**
 * The same errors at the calls before the first one on the cache: the dynamic linker's, the runtime's and those
 * that read the program's own code. What becomes of them is not edgeboot's to decide; it is listed, and what
 * they do to the cache is checked all the same.
 * @param each every how many-th call; other ones for each error
 */
export async function listStartup(width: number, each: number): Promise<number> {
  await using bench = await Bench.create({ transport: "file" });
  const early = await callsBeforeTheCache(bench);
  const kinds = new Map<string, { count: number; example: string }>();
  let faults = 0;
  const attempts = ERRNOS.flatMap((errno, turn) =>
    early.filter((_, at) => at % each === turn % each).map((call) => ({ errno, call }))
  );
  await parallel(attempts, async ({ errno, call }) => {
    const trial = await bench.trial();
    try {
      const { ended, calls } = await trial.traced(CALLS, { call, what: `error=${errno}` });
      const met = calls.find(({ text }) => text.endsWith("(INJECTED)")) ?? call;
      const kind = `${errno}: ${outcomeOf(ended.code, ended.stderr)}`;
      const { count, example } = kinds.get(kind) ??
        { count: 0, example: `${met.name} ${/"[^"]*"/.exec(met.text)?.[0] ?? ""}` };
      kinds.set(kind, { count: count + 1, example });
      await trial.check();
      await trial.startsUnaided();
    } catch (error) {
      faults++;
      console.log(`FAULT: ${errno} at ${call.name} ${call.text}: ${(error as Error).message}`);
    } finally {
      await trial.discard();
    }
  }, width);
  const rows = [...kinds].toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([kind, { count, example }]) => [kind, `${count}`, example]);
  console.log(renderTable([`${early.length} calls before the cache`, "runs", "for example"], rows));
  return faults;
}

async function callsBeforeTheCache(bench: Bench): Promise<Call[]> {
  const trial = await bench.trial();
  const { calls } = await trial.traced(CALLS);
  const [first] = trial.sites(calls);
  await trial.discard();
  return calls.slice(0, calls.indexOf(first!.call));
}

function outcomeOf(code: number, stderr: string): string {
  if (code === 0) return "it works all the same";
  const own = /^edgeboot: error: (.*)$/m.exec(stderr)?.[1];
  if (own !== undefined) return `edgeboot says why, exit ${code}`;
  if (stderr.includes("panicked")) return `the runtime panics, exit ${code}`;
  return `before the runtime begins, exit ${code}: ${
    stderr.trim().split("\n")[0]?.replace(/^.*?: /, "")
  }`;
}
