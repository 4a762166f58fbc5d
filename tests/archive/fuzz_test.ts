import { assert } from "@std/assert";
import { corpus, filesIn } from "./corpora.ts";
import { fuzz } from "./fuzz.ts";

/** The gate runs a few thousand; the long run sets EDGEBOOT_FUZZ_RUNS=100000. */
const RUNS = Number(Deno.env.get("EDGEBOOT_FUZZ_RUNS") ?? "3000");
const SEED = Number(Deno.env.get("EDGEBOOT_FUZZ_SEED") ?? "1");

Deno.test(`unpack survives ${RUNS} mutated archives from seed ${SEED}`, async () => {
  const memoryBefore = Deno.memoryUsage().rss;
  const { accepted, refused, slowestMs } = await fuzz(SEED, RUNS, hostileArchives());
  const list = [...refused].sort((a, b) => b[1] - a[1]);
  if (RUNS > 10_000) {
    console.log(`accepted ${accepted}, slowest ${slowestMs.toFixed(0)} ms`);
    for (const [verdict, count] of list) console.log(`${count}\t${verdict}`);
  }
  // A fuzzer that only ever meets one check, or that breaks nothing, would prove nothing.
  assert(accepted > RUNS / 1000 && list.length > 25, `${accepted} accepted, ${list.length} rules`);
  assert(Deno.memoryUsage().rss - memoryBefore < 256 * 1024 ** 2);
});

/** With the corpora at hand their archives are mutated too. */
function hostileArchives(): Uint8Array[] {
  return [
    "malo/tar/malicious",
    "malo/tar/accept",
    "malo/zip/malicious",
    "malo/zip/accept",
    "jwilk-traversal",
  ]
    .flatMap((name) => {
      const { path, absent } = corpus(name);
      if (absent) return [];
      return filesIn(path, ".tar", ".zip").map((file) => Deno.readFileSync(`${path}/${file}`));
    });
}
