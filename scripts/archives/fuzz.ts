/**
 * The long fuzz: mutated archives of every format through the readers, in-process.
 *
 *   deno run -A scripts/archives/fuzz.ts [RUNS=100000] [FIRST_SEED=1]
 *
 * A run is good if it ends within 10 s, throws nothing but a refusal, and touches nothing outside of
 * its target; memory may grow by 256 MiB in all. Each run has a seed of its own, so a failure is
 * repeated with `1 SEED` and its archive becomes a fixture of tests/archive/
 */
import type { Progress, Summary } from "./fuzz_worker.ts";
import { IDLE, slots } from "./fuzz_slots.ts";

const HANG_MS = 10_000;
const MEMORY_BYTES = 256 * 1024 ** 2;
const LOOK_MS = 250;

const runs = Number(Deno.args[0] ?? "100000");
const firstSeed = Number(Deno.args[1] ?? "1");
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(firstSeed)) {
  console.error("usage: fuzz.ts [RUNS] [FIRST_SEED]");
  Deno.exit(2);
}

const memory = new SharedArrayBuffer(slots.bytes);
const state = new Float64Array(memory);
state[slots.seed] = IDLE;
const rssBefore = Deno.memoryUsage().rss;
const began = performance.now();
let peak = rssBefore;
let lastSeed = IDLE;
let since = began;

// The readers run on another thread, so that this one sees a loop that never yields.
const worker = new Worker(new URL("fuzz_worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }: MessageEvent<Progress>) => {
  if (data.kind === "failed") fail(`seed ${data.seed}: ${data.reason}`);
  report(data.summary);
  Deno.exit(0);
};
worker.onerror = (event) => fail(`seed ${state[slots.seed]}: ${event.message}`);
worker.postMessage({ memory, runs, firstSeed });
setInterval(watch, LOOK_MS);

function watch(): void {
  const now = performance.now();
  peak = Math.max(peak, Deno.memoryUsage().rss);
  const seed = state[slots.seed]!;
  if (seed !== lastSeed) [lastSeed, since] = [seed, now];
  if (seed !== IDLE && now - since > HANG_MS) fail(`seed ${seed} hangs for ${HANG_MS} ms`);
  if (peak - rssBefore > MEMORY_BYTES) fail(`seed ${seed}: memory grew to ${peak} bytes`);
}

function fail(reason: string): never {
  console.error(`FAILED: ${reason}`);
  console.error("`fuzz.ts 1 SEED` repeats it; keep the archive in tests/archive/fixtures/");
  Deno.exit(1);
}

function report({ accepted, refused, slowestMs, seeds }: Summary): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  for (const [verdict, count] of refused) console.log(`${String(count).padStart(7)}  ${verdict}`);
  console.log(
    `${runs} mutations of ${seeds} archives, seeds ${firstSeed} to ${firstSeed + runs - 1}: ` +
      `${accepted} accepted, ${runs - accepted} refused by ${refused.length} rules, 0 failed; ` +
      `slowest ${slowestMs.toFixed(0)} ms, memory +${Math.round((peak - rssBefore) / 1024 ** 2)} ` +
      `MiB, ${seconds} s`,
  );
}
