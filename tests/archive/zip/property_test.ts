import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { buildZip, type EntrySpec } from "./build.ts";
import { concat, readBytes } from "./collect.ts";
import { corpus, filesIn } from "../corpora.ts";

/** More runs for the long task: EDGEBOOT_FUZZ_RUNS=100000. */
const RUNS = Number(Deno.env.get("EDGEBOOT_FUZZ_RUNS") ?? 2000);
const SEED = 20261120;

const nameArbitrary = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((name) => !name.endsWith("/") && name.isWellFormed());
const entryArbitrary: fc.Arbitrary<EntrySpec> = fc.record({
  name: nameArbitrary,
  content: fc.uint8Array({ maxLength: 300 }),
  deflate: fc.boolean(),
  mode: fc.constantFrom(0o100644, 0o100755, 0o600),
}, { requiredKeys: ["name", "content"] }).chain((entry) =>
  fc.option(fc.constantFrom("32" as const, "64" as const, "32 unsigned" as const), {
    nil: undefined,
  })
    .map((descriptor): EntrySpec => descriptor === undefined ? entry : { ...entry, descriptor })
);
const treeArbitrary = fc.uniqueArray(entryArbitrary, {
  selector: ({ name }) => name,
  maxLength: 12,
});

Deno.test("readZip gives back any tree that was written", async () => {
  await fc.assert(
    fc.asyncProperty(treeArbitrary, fc.boolean(), async (specs, zip64) => {
      const bytes = buildZip({ entries: specs, ...(zip64 ? { zip64: {} } : {}) });
      const { entries, error } = await readBytes(bytes);
      if (error !== undefined) throw error;
      assertEquals(
        entries.map(({ name, content, mode }) => ({ name, content, mode })),
        specs.map(({ name, content, mode }) => ({
          name,
          content: new Uint8Array(content as Uint8Array),
          mode: mode === undefined ? undefined : mode & 0o7777,
        })),
      );
    }),
    { numRuns: Math.min(RUNS, 1000) / 4, seed: SEED },
  );
});

type Mutation = (bytes: Uint8Array) => Uint8Array;
const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutationArbitrary: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ at: position, value: fc.integer({ min: 0, max: 255 }) })
    .map(({ at, value }): Mutation => (bytes) => {
      const copy = bytes.slice();
      copy[Math.floor(at * copy.length)] = value;
      return copy;
    }),
  fc.record({ at: position, bit: fc.integer({ min: 0, max: 7 }) })
    .map(({ at, bit }): Mutation => (bytes) => {
      const copy = bytes.slice();
      copy[Math.floor(at * copy.length)]! ^= 1 << bit;
      return copy;
    }),
  fc.record({ at: position, inserted: fc.uint8Array({ minLength: 1, maxLength: 40 }) })
    .map(({ at, inserted }): Mutation => (bytes) => {
      const cut = Math.floor(at * bytes.length);
      return concat([bytes.subarray(0, cut), inserted, bytes.subarray(cut)]);
    }),
  fc.record({ from: position, length: fc.integer({ min: 1, max: 60 }) })
    .map(({ from, length }): Mutation => (bytes) => {
      const cut = Math.floor(from * bytes.length);
      return concat([bytes.subarray(0, cut), bytes.subarray(cut + length)]);
    }),
  fc.record({ from: position, to: position, length: fc.integer({ min: 1, max: 60 }) })
    .map(({ from, to, length }): Mutation => (bytes) => {
      const copy = bytes.slice();
      copy.copyWithin(
        Math.floor(to * copy.length),
        Math.floor(from * copy.length),
        Math.floor(from * copy.length) + length,
      );
      return copy;
    }),
  position.map((at): Mutation => (bytes) => bytes.subarray(0, Math.floor(at * bytes.length))),
);

/** Where malo is absent, only valid archives are mutated; the corpus tests say that it is. */
const malo = corpus("malo/zip");
const HOSTILE = malo.absent
  ? []
  : ["accept", "iffy", "malicious", "reject"].flatMap((folder) =>
    filesIn(`${malo.path}/${folder}`, ".zip").map((name) =>
      Deno.readFileSync(`${malo.path}/${folder}/${name}`)
    )
  );
const seedArbitrary = HOSTILE.length === 0
  ? treeArbitrary.map((entries) => buildZip({ entries }))
  : fc.oneof(
    treeArbitrary.map((entries) => buildZip({ entries })),
    fc.constantFrom(...HOSTILE),
  );

Deno.test("readZip answers any mutation with EdgebootError, or with no more contents than deflate can give", async () => {
  let accepted = 0;
  let refused = 0;
  const mutations = fc.array(mutationArbitrary, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(seedArbitrary, mutations, fc.boolean(), async (seed, steps, allowPrefix) => {
      const bytes = steps.reduce((whole, step) => step(whole), seed);
      // readBytes throws on anything that is not EdgebootError, and its sink on a broken contract.
      const outcome = await readBytes(bytes, { allowPrefix });
      if (outcome.error === undefined) {
        accepted++;
        const total = outcome.entries.reduce((sum, { size }) => sum + size, 0);
        assert(total <= bytes.length * 1032, `${total} of ${bytes.length} bytes`);
      } else {
        refused++;
        assertEquals(outcome.error.exitCode, 65);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Timestamps and unused attributes may change: some mutations must pass, most must not.
  assert(refused > accepted && accepted > 0, `${refused} refused, ${accepted} accepted`);
});

Deno.test("readZip answers mutations of large, streamed entries with EdgebootError or contents", async () => {
  const large = "0123456789abcdef".repeat(140_000);
  const seed = buildZip({
    entries: [
      { name: "large", content: large, deflate: true },
      { name: "described", content: large, deflate: true, descriptor: "64" },
    ],
  });
  await fc.assert(
    fc.asyncProperty(mutationArbitrary, async (mutation) => {
      const outcome = await readBytes(mutation(seed));
      for (const { size } of outcome.entries) assertEquals(size, large.length);
    }),
    { numRuns: Math.ceil(RUNS / 20), seed: SEED },
  );
});
