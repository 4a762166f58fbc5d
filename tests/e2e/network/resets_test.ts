import { assert, assertEquals, assertMatch } from "@std/assert";
import { ResettingServer } from "../support/resetting_server.ts";
import { Sandbox } from "../support/sandbox.ts";

const TRANSFERS = 200;

/** Numbers below 1 that are the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** A release of many small layers, of a size at which a reset falls into the middle of a body. */
async function publishMany(sandbox: Sandbox): Promise<void> {
  const noise = numbers(7);
  const layers = [];
  for (let n = 0; n < TRANSFERS; n++) {
    const text = Array.from({ length: 4000 }, () => noise().toString(36).slice(2)).join("\n");
    layers.push({
      sha256: (await sandbox.blob(await sandbox.archive({ [`n${n}`]: text }))).sha256,
    });
  }
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", layers },
  });
}

Deno.test("edgeboot fetch has all of 200 transfers when a fifth of them is reset and there is no Range", async () => {
  await using sandbox = await Sandbox.create();
  await publishMany(sandbox);
  const chance = numbers(1);
  await using server = await ResettingServer.serve(
    sandbox.registry,
    (_, size) => chance() < 0.2 ? Math.floor(chance() * size) : undefined,
  );
  const { code, stderr } = await sandbox.edgeboot(["fetch", "web"], { registry: server.url });
  assertEquals(code, 0, stderr);
  const trees = [...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)];
  assertEquals(trees.length, TRANSFERS);
  const resets = server.responses.filter(({ resetAfter }) => resetAfter !== undefined).length;
  assert(resets >= TRANSFERS * 0.15, `only ${resets} resets`);
  assertEquals(
    server.responses.length,
    TRANSFERS + 1 + resets,
    "each reset costs one transfer more",
  );
  assertEquals(stderr.match(/attempt \d of 4 in/g)?.length, resets, "each is told");
});

Deno.test("edgeboot fetch ends, and says how often it tried, when every transfer is reset", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", { "web.py": "print('up')\n" });
  await using server = await ResettingServer.serve(
    sandbox.registry,
    (_, size) => Math.floor(size / 100),
  );
  const { code, stderr } = await sandbox.edgeboot(["fetch", "web"], { registry: server.url });
  assertEquals(code, 69, stderr);
  assertMatch(stderr, /why: {2}the connection broke after \d+ bytes \(attempt 4 of 4\)/);
  assertEquals(server.responses.length, 4);
});
