import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { e2e } from "../support/e2e.ts";
import { at, type Scenario, SCENARIOS } from "./scenarios.ts";
import { CACHE, type Given, needsContainers, probed, TEMPORARY, World } from "./world.ts";

const CACHED_ALREADY = /^$/;
const FETCHED = /fetching 1 layer\n.*ready in/;

async function startsTwice(world: World, scenario: Scenario): Promise<void> {
  const given = await scenario.given(world);
  const args = given.args ?? ["probe"];
  const warm = scenario.says ?? CACHED_ALREADY;
  for (const kind of [scenario.first ?? "nothing", scenario.second ?? "cached"]) {
    const ended = await world.run(args, given);
    const said = probed(ended);
    assertMatch(ended.stderr, kind === "cached" ? warm : FETCHED, kind);
    assertEquals([said.pid, said.app], [1, "probe"]);
    assertEquals([said.no_new_privs, said.capabilities], ["1", "0".repeat(32)]);
    assertEquals(said.writes_root, given.writable === true && said.uid === 0);
    await scenario.expect?.(said, given);
  }
}

/** Surroundings that are refused, how, and what is said. */
const REFUSALS: Readonly<Record<string, (world: World) => Promise<[Given, number, RegExp]>>> = {
  "a hostPath as the node makes it: 0755, root's": async (world) => [
    { mounts: [at(await world.volume(0o755))] },
    ...[73, /cache/] as const,
  ],
  "no volume under a read-only root": () => Promise.resolve([{}, 73, /cache/]),
  "a tree that another user baked into the image": async (world) => [
    {
      image: await world.derived(
        "foreign",
        `COPY registry /bundles
ENV EDGEBOOT_REGISTRY=/bundles
RUN ["/usr/local/bin/edgeboot", "fetch", "probe"]`,
      ),
      ...{ user: "4242:4242", mounts: [TEMPORARY] },
    },
    ...[77, /uid 10001/] as const,
  ],
  "a full volume": () =>
    Promise.resolve([
      { args: ["large"], mounts: [{ at: CACHE, tmpfs: ["mode=1777", "size=1m"] }] },
      ...[74, /space|full/] as const,
    ]),
};

e2e("an app starts cold and warm in a container with", needsContainers, async (t) => {
  await using world = await World.create();
  await world.publishProbe();
  for (const scenario of SCENARIOS) await t.step(scenario.name, () => startsTwice(world, scenario));
});

e2e("a start in a container says what is wrong with", needsContainers, async (t) => {
  await using world = await World.create();
  await world.publishProbe();
  const noise = Array.from({ length: 300_000 }, () => Math.random().toString(36)).join("");
  await world.sandbox.publish("large", { "large.py": `"${noise}"` }, {
    entrypoint: { module: "large" },
  });
  for (const [name, refusal] of Object.entries(REFUSALS)) {
    await t.step(name, async () => {
      const [given, code, says] = await refusal(world);
      const ended = await world.run(given.args ?? ["probe"], given);
      assertEquals([ended.code, ended.stdout], [code, ""], ended.stderr);
      assertMatch(ended.stderr, says);
      for (const part of ["error: ", "why: ", "next: "]) assertStringIncludes(ended.stderr, part);
    });
  }
});
