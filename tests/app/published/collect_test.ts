import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { collectRegistry, type RegistryCollected } from "../../../src/app/published/collect.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host } from "../../../src/host/ports.ts";
import { testContext, testHost } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { FaultHost } from "../../support/fault_host.ts";
import { PutServer } from "../../support/put_server.ts";
import { assertRefused } from "../../support/refusal.ts";
import { sweep } from "../../support/sweep.ts";
import { inMemoryDir } from "../../support/temp.ts";
import { assertSound, publishTo, request, treeOf } from "../publish/support.ts";

async function collect(
  registry: string,
  { keep = 1, minAgeMs = 0, dryRun = false } = {},
  host: Host = denoHost,
): Promise<RegistryCollected> {
  const { context } = await testContext({ registry, cache: "/nowhere" }, testHost({}, host).host);
  return await collectRegistry({ keep, minAgeMs, dryRun }, context);
}

/** Versions 1 to 4 of hello, of which `stable` is 2 and `next` is 4; and an app that shares a layer with 1. */
async function fill(dir: string): Promise<string> {
  const registry = `${dir}/registry`;
  const source = new FakeRegistry(`${dir}/source`);
  for (const [version, channel] of [["1", "next"], ["2", "stable"], ["3", "next"], ["4", "next"]]) {
    const layers = [{ files: { "hello.py": version! } }, { files: { "shared.py": "all" } }];
    source.publish("hello", "stable", version!, layers);
    await publishTo(registry, request(source.root, { channel: channel! }));
  }
  const other = new FakeRegistry(`${dir}/other`);
  other.publish("other", "stable", "1", [{ files: { "hello.py": "1" } }]);
  await publishTo(registry, request(other.root));
  return registry;
}

function test(behaviour: string, act: (registry: string, dir: string) => Promise<void>): void {
  Deno.test(`collectRegistry ${behaviour}`, () =>
    inMemoryDir(async (dir) => await act(await fill(dir), dir)));
}

const names = ({ versions }: RegistryCollected) =>
  versions.map(({ app, version }) => `${app}@${version}`).sort();

test("keeps what channels stand for, the newest, and what other apps share", async (registry) => {
  const plan = await collect(registry, { dryRun: true });
  assertEquals(names(plan), ["hello@1", "hello@3"]);
  const before = treeOf(registry);
  assertEquals(treeOf(registry), before);
  const collected = await collect(registry);
  // Two releases, and the layer of 3; that of 1 is the other app's, too.
  assertEquals([names(collected), collected.blobs.length], [names(plan), 3]);
  const after = treeOf(registry);
  assertEquals(before.size - after.size, 5);
  assertSound(after);
  assertSound(after, "other");
  const bytes = [...before].filter(([key]) => !after.has(key) && key.startsWith("blobs/"))
    .reduce((sum, [, { length }]) => sum + length, 0);
  assertEquals(collected.bytes, bytes);
  assertEquals(names(await collect(registry)), []);
});

test("keeps the bill of materials of a release that stays", async (registry, dir) => {
  const source = new FakeRegistry(`${dir}/source`);
  const sbom = { sha256: source.putBlob("bill of materials"), size: 17 };
  source.publish("hello", "stable", "5", [{ files: { "a.py": "" } }], { packed: { sbom } });
  await publishTo(registry, request(source.root));
  await collect(registry);
  assert(treeOf(registry).has(`blobs/sha256/${sbom.sha256}`));
});

test("keeps as many of the newest as it is told", async (registry) => {
  assertEquals(names(await collect(registry, { keep: 3, dryRun: true })), ["hello@1"]);
  assertEquals(names(await collect(registry, { keep: 4, dryRun: true })), []);
  assertEquals(names(await collect(registry, { keep: 0 })), ["hello@1", "hello@3"]);
});

test("keeps what is young, blobs that nothing names yet included", async (registry) => {
  new FakeRegistry(registry).putBlob("somebody is about to name this");
  const { blobs } = await collect(registry, { keep: 0, minAgeMs: 60_000 });
  assertEquals(blobs, []);
  assertEquals((await collect(registry, { keep: 0 })).blobs.length, 4);
});

test("counts as young what a publisher has counted on", async (registry, dir) => {
  const old = new Date(Date.now() - 100 * 86_400_000);
  const age = () => {
    for (const key of treeOf(registry).keys()) Deno.utimeSync(`${registry}/${key}`, old, old);
    const index = `${registry}/apps/hello/index.json`;
    const text = Deno.readTextFileSync(index).replaceAll(/"20\d\d-/g, '"2020-');
    Deno.writeTextFileSync(index, text);
  };
  age();
  const source = new FakeRegistry(`${dir}/source`);
  source.publish("hello", "stable", "3", [{ files: { "hello.py": "3" } }, {
    files: { "shared.py": "all" },
  }]);
  await publishTo(registry, { ...request(source.root), channel: undefined });
  const { blobs, versions } = await collect(registry, { keep: 0, minAgeMs: 86_400_000 });
  assertEquals([blobs.length, versions.map(({ version }) => version)], [1, ["1"]]);
});

test("removes nothing where a document cannot be read", async (registry) => {
  for (const [name, text] of [["broken", "{"], ["index", "[]"], ["9", "<html>"]]) {
    const path = `${registry}/apps/other/${name}.json`;
    const was = name === "index" ? Deno.readTextFileSync(path) : undefined;
    Deno.writeTextFileSync(path, text!);
    const before = treeOf(registry);
    const error = await assertRefused(() => collect(registry), "RELEASE_INVALID", 65);
    assertStringIncludes(error.message, `apps/other/${name}.json`);
    assertEquals(treeOf(registry), before);
    if (was === undefined) Deno.removeSync(path);
    else Deno.writeTextFileSync(path, was);
  }
});

test("removes nothing where a channel names a release that is not there", async (registry) => {
  const stable = JSON.parse(Deno.readTextFileSync(`${registry}/apps/hello/stable.json`));
  Deno.removeSync(`${registry}/apps/hello/2.json`);
  assertEquals(names(await collect(registry, { dryRun: true })), ["hello@1", "hello@3"]);
  Deno.removeSync(`${registry}/blobs/sha256/${stable.release.slice(7)}`);
  const error = await assertRefused(() => collect(registry), "RELEASE_INVALID", 65);
  assertStringIncludes(error.message, "hello@stable");
});

test("removes what was left of writes that never ended, and nothing else", async (registry) => {
  const ours = `${registry}/blobs/sha256/.upload-0123456789abcdef`;
  const others = [`${registry}/README`, `${registry}/apps/hello/notes.txt`];
  for (const path of [ours, ...others]) Deno.writeTextFileSync(path, "x");
  assertEquals((await collect(registry, { minAgeMs: 60_000 })).leftovers.length, 0);
  assertEquals((await collect(registry)).leftovers.length, 1);
  assert(others.every((path) => Deno.statSync(path).isFile));
});

test("waits for who publishes, and keeps publishers waiting", async (registry, dir) => {
  const { openPublisher } = await import("../../../src/app/open_publisher.ts");
  const { context } = await testContext({ registry, cache: "/nowhere", "lock-timeout": "100ms" });
  const publisher = openPublisher(context);
  const writer = await publisher.begin();
  const collecting = () => collectRegistry({ keep: 1, minAgeMs: 0, dryRun: false }, context);
  await assertRefused(collecting, "LOCK_TIMEOUT", 75);
  writer[Symbol.dispose]();
  await collecting();
  const source = new FakeRegistry(`${dir}/source`);
  source.publishHello("5");
  const all = [publishTo(registry, request(source.root)), collect(registry), collect(registry)];
  await Promise.all(all);
  assertEquals(assertSound(treeOf(registry)).get("stable"), "5");
});

Deno.test("collectRegistry that is killed at any call leaves a sound directory", async (t) => {
  const calls = await inMemoryDir(async (dir) => {
    const faults = new FaultHost(denoHost);
    await collect(await fill(dir), {}, faults.host);
    return faults.calls.length;
  });
  for (const at of sweep(calls)) {
    await t.step(`call ${at} of ${calls}`, () =>
      inMemoryDir(async (dir) => {
        const registry = await fill(dir);
        const { host } = new FaultHost(denoHost, { at, with: "kill" });
        await collect(registry, {}, host).catch(() => {});
        assertSound(treeOf(registry), "other");
        assertEquals(assertSound(treeOf(registry)).get("stable"), "2");
        assert(names(await collect(registry)).every((name) => /@[13]$/.test(name)));
        assertSound(treeOf(registry));
      }));
  }
});

Deno.test("collectRegistry refuses a server, which does not say what it has", async () => {
  await using server = new PutServer({ conditional: true });
  await assertRefused(() => collect(server.url), "REGISTRY_UNSUPPORTED", 78);
});
