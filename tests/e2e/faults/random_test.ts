import { assert, assertEquals } from "@std/assert";
import { RandomKills } from "../support/faults/random.ts";

// The short form of `deno task faults random`: 1,000 rounds.

const ROUNDS = 20;

Deno.test("edgeboot run starts unaided when an earlier start was killed at a random moment", async () => {
  await using kills = await RandomKills.create();
  const phases = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) phases.add(await kills.round());
  assert(phases.size >= 3, `all kills fell in ${[...phases].join(", ")}`);
  const left = await kills.collected();
  const kept = left.filter((path) => !path.startsWith("partials/") && !path.endsWith(".json"));
  assertEquals(kept, [], "only what may be continued, and documents of the last hour, stay");
});
