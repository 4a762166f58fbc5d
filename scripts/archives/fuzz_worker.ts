import { corpus, filesIn } from "../../tests/archive/corpora.ts";
import { fuzz } from "../../tests/archive/fuzz.ts";
import { IDLE, slots } from "./fuzz_slots.ts";

export interface Summary {
  readonly accepted: number;
  /** error code and rule, and how often; the most frequent first */
  readonly refused: readonly (readonly [verdict: string, count: number])[];
  readonly slowestMs: number;
  /** how many archives were mutated, beside the engine's own */
  readonly seeds: number;
}

export type Progress =
  | { readonly kind: "failed"; readonly seed: number; readonly reason: string }
  | { readonly kind: "done"; readonly summary: Summary };

interface Order {
  readonly memory: SharedArrayBuffer;
  readonly runs: number;
  readonly firstSeed: number;
}

const FOLDERS = [
  ...["tar", "zip", "zstd"].flatMap((format) =>
    ["accept", "iffy", "malicious", "reject"].map((group) => `malo/${format}/${group}`)
  ),
  ...["jwilk-traversal", "cpython-tarfile-filters", "node-tar/test/fixtures"],
  ...["node-tar/test/fixtures/tars", "cpython-archivetestdata"],
];
/** A mutation is judged by what it changes, and copying large archives changes nothing. */
const LARGEST_BYTES = 256 * 1024;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(message: Progress): void;
};

scope.onmessage = async ({ data: { memory, runs, firstSeed } }) => {
  const state = new Float64Array(memory);
  const others = archives();
  const refused = new Map<string, number>();
  let [accepted, slowestMs] = [0, 0];
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    state[slots.seed] = seed;
    try {
      const result = await fuzz(seed, 1, others);
      accepted += result.accepted;
      slowestMs = Math.max(slowestMs, result.slowestMs);
      for (const [verdict, count] of result.refused) {
        refused.set(verdict, (refused.get(verdict) ?? 0) + count);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.stack ?? error.message : String(error);
      return scope.postMessage({ kind: "failed", seed, reason });
    }
  }
  state[slots.seed] = IDLE;
  const sorted = [...refused].sort((a, b) => b[1] - a[1]);
  const summary = { accepted, refused: sorted, slowestMs, seeds: others.length };
  scope.postMessage({ kind: "done", summary });
};

function archives(): Uint8Array[] {
  return FOLDERS.flatMap((folder) => {
    const { path, absent } = corpus(folder);
    if (absent) return [];
    return filesIn(path, ".tar", ".zip", ".zst", ".tzst", ".tgz")
      .map((name) => Deno.readFileSync(`${path}/${name}`))
      .filter(({ length }) => length <= LARGEST_BYTES);
  });
}
