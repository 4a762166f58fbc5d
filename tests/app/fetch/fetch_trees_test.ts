import { assert, assertEquals } from "@std/assert";
import { ensureTrees } from "../../../src/app/fetch/fetch_trees.ts";
import { resolveTarget } from "../../../src/app/start/resolve.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { noise } from "../../support/bundles.ts";
import { app, testContext, testHost } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir, listing } from "../../support/temp.ts";

async function ensure(registry: string, cache: string) {
  const { context, events } = await testContext({ registry, cache }, testHost().host);
  const { release } = await resolveTarget(app("hello"), context);
  const trees = await ensureTrees(release, release.body.variants[0]!, context);
  return { trees, events };
}

Deno.test("ensureTrees makes one complete tree a layer when 20 start at once on a cold cache", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`pkg${i % 7}/m${i}.py`, noise(5000, i)]),
    );
    registry.publish("hello", "stable", "1", [{ files }, { files: { "lib.py": noise(200_000) } }]);
    const cache = `${dir}/cache`;
    await using served = registry.serve();
    const runs = await Promise.all(Array.from({ length: 20 }, () => ensure(served.url, cache)));
    const first = runs[0]!.trees.map(({ path }) => path);
    for (const { trees } of runs) assertEquals(trees.map(({ path }) => path), first);
    assertEquals(listing(`${cache}/v1/work`), []);
    assertEquals([...Deno.readDirSync(`${cache}/v1/trees/sha256`)].length, 2);
    for (const [name, text] of Object.entries(files)) {
      assertEquals(Deno.readTextFileSync(`${first[0]}/${name}`), text);
      assertEquals(denoHost.fs.stat(`${first[0]}/${name}`)!.mode, 0o444);
    }
    assertEquals(denoHost.fs.stat(first[0]!)!.mode, 0o555);
  }));

Deno.test("ensureTrees fetches a layer once when a release names it twice", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    const layer = { files: { "a.py": "a" } };
    registry.publish("hello", "stable", "1", [layer, { files: { "b.py": "b" } }, layer]);
    await using served = registry.serve();
    const { trees } = await ensure(served.url, `${dir}/cache`);
    assertEquals(trees.map(({ path }) => path)[0], trees[2]!.path);
    assertEquals(served.statuses(/blobs/), [200, 200]);
  }));

Deno.test("ensureTrees fetches only what is missing", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    const deps = { files: { "dep.py": noise(1000) } };
    registry.publish("hello", "stable", "1", [{ files: { "a.py": "1" } }, deps]);
    await using served = registry.serve();
    await ensure(served.url, `${dir}/cache`);
    registry.publish("hello", "stable", "2", [{ files: { "a.py": "2" } }, deps]);
    served.requests.length = 0;
    await ensure(served.url, `${dir}/cache`);
    assertEquals(served.statuses(/blobs/), [200]);
    assertEquals((await ensure(served.url, `${dir}/cache`)).events, []);
  }));

Deno.test("ensureTrees keeps what was published and throws the first failure when a layer fails", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    const layers = Array.from(
      { length: 7 },
      (_, i) => ({ files: { [`m${i}.py`]: noise(9000, i) } }),
    );
    registry.publish("hello", "stable", "1", layers);
    await using served = registry.serve();
    served.fail(/blobs/, { kind: "body", text: "<html>no</html>" });
    const failed = () => ensure(served.url, `${dir}/cache`);
    const error = await assertRefused(failed, "SIZE_MISMATCH", 65);
    assert(error.message.includes("layer"), error.message);
    assertEquals(listing(`${dir}/cache/v1/work`), []);
    const { trees } = await ensure(served.url, `${dir}/cache`);
    assertEquals(trees.length, 7);
  }));

Deno.test("ensureTrees survives broken connections", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    registry.publish("hello", "stable", "1", [{ files: { "a.py": noise(300_000) } }]);
    await using served = registry.serve();
    served.fail(/blobs/, { kind: "cut", after: 100_000 }, { kind: "cut", after: 100_000 });
    const { trees } = await ensure(served.url, `${dir}/cache`);
    assertEquals(Deno.readTextFileSync(`${trees[0]!.path}/a.py`), noise(300_000));
    assertEquals(served.statuses(/blobs/), [200, 206, 206]);
  }));

Deno.test("ensureTrees sets the umask while it unpacks and gives it back, failed or not", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    registry.publishHello();
    const masks: number[] = [];
    let current = 0o077;
    const { host } = testHost();
    const process = {
      ...host.process,
      umask: (mask: number) => {
        const before = current;
        masks.push(current = mask);
        return before;
      },
    };
    const run = async (cache: string) => {
      const flags = { registry: registry.root, cache };
      const { context } = await testContext(flags, { ...host, process });
      const { release } = await resolveTarget(app("hello"), context);
      await ensureTrees(release, release.body.variants[0]!, context);
    };
    await run(`${dir}/cache`);
    assertEquals(masks, [0o022, 0o077]);
    denoHost.fs.removeTree(`${registry.root}/blobs`);
    await assertRefused(() => run(`${dir}/other`), "BLOB_MISSING", 69);
    assertEquals(masks, [0o022, 0o077, 0o022, 0o077]);
  }));
