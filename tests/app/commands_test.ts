import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type CachedTree, treePath } from "../../src/app/cache/cache.ts";
import { planStart } from "../../src/app/start/start.ts";
import { fetchTarget } from "../../src/app/fetch/fetch.ts";
import { inspectFile, inspectTarget } from "../../src/app/releases/inspect.ts";
import type { Context } from "../../src/app/context.ts";
import { denoHost } from "../../src/host/deno_host.ts";
import { sha256 } from "../support/bundles.ts";
import { app, fakePython, testContext, testHost } from "../support/context.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir, listing } from "../support/temp.ts";

interface Bench {
  readonly dir: string;
  readonly registry: FakeRegistry;
  open(flags?: Record<string, string>): Promise<Context>;
}

async function cached(open: Bench["open"]): Promise<CachedTree[]> {
  return (await (await open()).store.manager()).list();
}

function test(name: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(name, () =>
    inTempDir(async (dir) => {
      const registry = new FakeRegistry(`${dir}/registry`);
      const { path: python, commands } = fakePython(dir);
      const { host } = testHost({}, { ...denoHost, commands });
      const open = async (flags: Record<string, string> = {}) => {
        const settings = { registry: registry.root, cache: `${dir}/cache`, python, ...flags };
        return (await testContext(settings, host)).context;
      };
      await act({ dir, registry, open });
    }));
}

test("fetchTarget warms the cache so that a start needs no registry", async (bench) => {
  const { registry, open } = bench;
  const digest = registry.publishHello();
  const fetched = await fetchTarget(app("hello"), await open());
  assertEquals([fetched.version, fetched.digest, fetched.fetchedLayers], [
    "1",
    `sha256:${digest}`,
    2,
  ]);
  assertEquals((await fetchTarget(app("hello"), await open())).fetchedLayers, 0);
  assertEquals(
    (await fetchTarget(app("hello"), await open({ offline: "yes" }))).trees,
    fetched.trees,
  );
});

test("fetchTarget says that it did not work although an older release would start", async (bench) => {
  const { registry, open } = bench;
  registry.publishHello();
  await fetchTarget(app("hello"), await open());
  registry.publish("hello", "stable", "2", [{ fields: { sha256: sha256("missing") } }]);
  await assertRefused(async () => fetchTarget(app("hello"), await open()), "BLOB_MISSING", 69);
});

test("inspectTarget tells all and fetches no layer", async ({ registry, open, dir }) => {
  const digest = registry.publishHello("1.2");
  const inspection = await inspectTarget(app("hello"), await open());
  assertEquals(inspection.digest, `sha256:${digest}`);
  assertEquals([inspection.app, inspection.version], ["hello", "1.2"]);
  assertEquals(inspection.python?.version, "3.11.2");
  assertEquals(inspection.variants[0]!.chosen, true);
  assertEquals(inspection.variants[0]!.layers.map(({ cached }) => cached), [false, false]);
  assertEquals(inspection.pythonpath, undefined);
  assertEquals(inspection.entrypoints, [{ name: "default", starts: "python -m hello", args: [] }]);
  assertEquals(listing(`${dir}/cache/v1/trees`), []);
  await fetchTarget(app("hello"), await open());
  const warm = await inspectTarget(app("hello"), await open());
  assertEquals(warm.pythonpath, warm.variants[0]!.layers.map(({ path }) => path));
});

test("inspectTarget shows a misfit in place of failing", async ({ registry, open }) => {
  registry.publish("hello", "stable", "1", [{ files: {} }], { python: ">=4" });
  const { misfit, variants, python } = await inspectTarget(app("hello"), await open());
  assertStringIncludes(misfit!, "needs Python >=4");
  assertEquals([variants[0]!.chosen, python], [false, undefined]);
});

test("inspectFile reads a release that was not published", async ({ registry, open, dir }) => {
  registry.publishHello();
  const path = `${dir}/release.json`;
  Deno.copyFileSync(`${registry.root}/apps/hello/stable.json`, path);
  const inspection = await inspectFile(path, await open());
  assertEquals([inspection.label, inspection.digest], [path, undefined]);
  Deno.writeTextFileSync(path, "{}");
  await assertRefused(async () => inspectFile(path, await open()), "RELEASE_INVALID", 65);
});

test("Manager.list says by which releases a tree is used", async ({ registry, open }) => {
  assertEquals(await cached(open), []);
  registry.publishHello("1");
  await fetchTarget(app("hello"), await open());
  const trees = await cached(open);
  assertEquals(trees.map(({ usedBy }) => usedBy), [["hello 1"], ["hello 1"]]);
});

test("Manager.list lists the trees when a cached release is damaged", async (bench) => {
  const { registry, open, dir } = bench;
  const digest = registry.publishHello("1");
  await fetchTarget(app("hello"), await open());
  Deno.writeTextFileSync(`${dir}/cache/v1/releases/sha256/${digest}.json`, "{");
  assertEquals((await cached(open)).map(({ usedBy }) => usedBy), [[], []]);
});

test("treePath gives a tree by its digest or the beginning of it, and refuses what is not there", async (bench) => {
  const { registry, open } = bench;
  registry.publishHello();
  const { trees } = await fetchTarget(app("hello"), await open());
  const digest = sha256(Deno.readFileSync(`${registry.root}/blobs/sha256/${trees[0]!.slice(-64)}`));
  const context = await open();
  assertEquals(await treePath(digest, context), trees[0]);
  assertEquals(await treePath(digest.slice(0, 12), context), trees[0]);
  for (const absent of [sha256("absent"), sha256("absent").slice(0, 12)]) {
    await assertRefused(() => treePath(absent, context), "TREE_NOT_CACHED", 69);
  }
  await assertRefused(() => treePath(digest.slice(0, 11), context), "DIGEST_INVALID", 64);
});

test("planStart runs a command by the app's interpreter, its bin and the system's commands", async (bench) => {
  const { registry, open, dir } = bench;
  registry.publish("hello", "stable", "1", [{
    files: { "hello.py": "", "bin/tool": "#!/bin/sh\n" },
  }]);
  const exec = async (command: string) =>
    (await planStart(
      { kind: "exec", target: app("hello"), command, args: ["-c", "--"] },
      await open(),
    ))
      .plan;
  for (const name of ["python", "python3"]) {
    const { executable, argv } = await exec(name);
    assert(executable.startsWith(`${dir}/cache/`) && executable.endsWith(`/bin/${name}`));
    assertEquals(argv, [name, "-c", "--"]);
  }
  const sh = await exec("sh");
  assertEquals([sh.executable, sh.argv[0]], ["/usr/bin/sh", "sh"]);
  assertEquals((await exec("./relative")).executable, "./relative");
  assert(sh.set.get("PYTHONPATH")!.includes("/trees/sha256/"));
  await assertRefused(() => exec("no-such-command"), "ENTRY_POINT_UNKNOWN", 127);
  await assertRefused(() => exec("hello.py"), "ENTRY_POINT_UNKNOWN", 127);
});
