import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isWarning } from "../../../src/app/events.ts";
import type { Event } from "../../../src/app/events.ts";
import { planStart } from "../../../src/app/start/start.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host, Lock } from "../../../src/host/ports.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { almost, sha256, tarOf } from "../../support/bundles.ts";
import { app, bundle, fakePython, testContext, testHost } from "../../support/context.ts";
import { FakeRegistry, type Served } from "../../support/fake_registry.ts";
import { FaultHost } from "../../support/fault_host.ts";
import { isLocked } from "../../support/locks.ts";
import { RecordingClock } from "../../support/manual_time.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir, listing } from "../../support/temp.ts";

interface Started {
  readonly plan: LaunchPlan;
  readonly leases: readonly Lock[];
  readonly events: Event[];
  readonly warnings: string[];
  readonly version: string | undefined;
}

interface Bench {
  readonly dir: string;
  readonly registry: FakeRegistry;
  readonly served: Served;
  readonly clock: RecordingClock;
  readonly asked: string[];
  start(what?: string, flags?: Record<string, string>, host?: Host): Promise<Started>;
}

/** A registry over HTTP, an empty cache, and an interpreter that is never executed. */
function test(behaviour: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(`planStart ${behaviour}`, () =>
    inTempDir(async (dir) => {
      const registry = new FakeRegistry(`${dir}/registry`);
      await using served = registry.serve();
      const { path: python, commands, asked } = fakePython(dir);
      const clock = new RecordingClock();
      const inner: Host = { ...denoHost, commands, clock };
      const start = async (what = "hello", flags: Record<string, string> = {}, host = inner) => {
        const settings = { registry: served.url, cache: `${dir}/cache`, python, ...flags };
        const { context, events } = await testContext(settings, testHost({}, host).host);
        const { plan, leases } = await planStart(
          { kind: "run", target: app(what), args: [] },
          context,
        );
        const warnings = events.flatMap((event) => isWarning(event) ? [event.text] : []);
        return {
          plan,
          leases,
          events,
          warnings,
          version: plan.set.get("EDGEBOOT_CURRENT_VERSION"),
        };
      };
      await act({ dir, registry, served, clock, asked, start });
    }));
}

test("composes the plan from the layers in order", async ({ dir, registry, start }) => {
  const digest = registry.publishHello();
  const { plan, events } = await start();
  const [environment] = [...Deno.readDirSync(`${dir}/cache/v1/environments`)];
  assertEquals(plan.executable, `${dir}/cache/v1/environments/${environment!.name}/bin/python`);
  assertEquals(plan.argv, [plan.executable, "-s", "-P", "-m", "hello"]);
  const path = plan.set.get("PYTHONPATH")!.split(":");
  assertEquals(path.length, 2);
  assertEquals(Deno.readTextFileSync(`${path[0]}/hello.py`), 'print("hello 1")\n');
  assert(Deno.statSync(`${path[1]}/lib.py`).isFile);
  assertEquals(plan.set.get("EDGEBOOT_CURRENT_DIGEST"), `sha256:${digest}`);
  assertEquals(plan.set.get("EDGEBOOT_CURRENT_APP"), "hello");
  const kinds = events.map(({ kind }) => kind).filter((kind) => /^(fetch|layer)-/.test(kind));
  assertEquals(kinds.filter((kind) => kind !== "layer-progress"), [
    ...["fetch-begins", "layer-done", "layer-done", "fetch-ends"],
  ]);
});

test("asks once and fetches nothing when the channel is unchanged", async (bench) => {
  const { registry, served, start, asked } = bench;
  registry.publishHello();
  await start();
  served.requests.length = 0;
  const { events } = await start();
  assertEquals(events.map((event) => event.kind === "phase" ? event.phase : event.kind), [
    ...["release", "release", "fit", "python", "python", "fit", "layers", "leases", "plan"],
  ]);
  assertEquals(served.requests.map(({ path, status }) => [path, status]), [[
    "/apps/hello/stable.json",
    304,
  ]]);
  assertEquals(asked.length, 1);
});

test("changes nothing on disk when it starts warm", async ({ registry, start, served, clock }) => {
  registry.publishHello();
  const digest = `hello@sha256:${registry.publishHello()}`;
  const warm = async (what: string, flags: Record<string, string> = {}) => {
    await start(what, flags);
    const counter = new FaultHost({ ...denoHost, clock, commands: neverRun() });
    await start(what, flags, counter.host);
    return counter.mutations;
  };
  assertEquals(await warm("hello"), []);
  assertEquals(await warm(digest), []);
  assertEquals(await warm("hello", { registry: registry.root }), []);
  assertEquals(await warm("hello", { refresh: "never" }), []);
  assertEquals(await warm("hello", { refresh: "1d" }), []);
  served.etags = false;
  await start();
  assertEquals(await warm("hello"), []);
});

test("hashes nothing when it starts warm, even without validators", async (bench) => {
  const { registry, start, served } = bench;
  served.etags = false;
  registry.publishHello();
  await start();
  const noHash = { ...denoHost, commands: neverRun(), codecs: noCodecs() };
  assertEquals((await start("hello", {}, noHash)).version, "1");
});

function neverRun(): Host["commands"] {
  return { run: () => Promise.reject(new Error("a warm start ran a program")) };
}

function noCodecs(): Host["codecs"] {
  const refuse = () => Promise.reject(new Error("a warm start loaded a codec"));
  return { sha256: refuse, sha256Factory: refuse, takeStrayErrors: () => () => {}, zlib: refuse };
}

test("contacts nothing when the ref is a digest and all is cached", async (bench) => {
  const { registry, served, start } = bench;
  const digest = registry.publishHello();
  await start(`hello@sha256:${digest}`);
  assert(served.requests.length > 0);
  served.requests.length = 0;
  assertEquals((await start(`hello@sha256:${digest}`)).version, "1");
  assertEquals(served.requests, []);
});

test("starts a new release as soon as the channel has one", async ({ registry, start }) => {
  registry.publishHello("1");
  assertEquals((await start()).version, "1");
  registry.publishHello("2.0");
  const { version, warnings } = await start();
  assertEquals([version, warnings], ["2.0", []]);
});

const OUTAGES: [what: string, fail: (bench: Bench) => Promise<unknown> | void][] = [
  ["the server is gone", ({ served }) => served[Symbol.asyncDispose]()],
  ["the server says 503", ({ served }) => served.fail(/./, { kind: "status", status: 503 })],
  ["a layer of the new release is missing", ({ registry }) => {
    registry.publish("hello", "stable", "2", [{ fields: { sha256: sha256("missing"), size: 1 } }]);
  }],
  ["a layer of the new release is damaged", ({ registry }) => {
    registry.publish("hello", "stable", "2", [{ files: { "new.py": "x" } }]);
    for (const { name } of Deno.readDirSync(`${registry.root}/blobs/sha256`)) {
      Deno.writeTextFileSync(`${registry.root}/blobs/sha256/${name}`, "<html>");
    }
  }],
  ["the new release fits no Python here", ({ registry }) => {
    registry.publish("hello", "stable", "2", [{ files: { "new.py": "x" } }], { python: ">=3.99" });
  }],
];

for (const [what, fail] of OUTAGES) {
  test(`starts the last good release, with a warning, when ${what}`, async (bench) => {
    bench.registry.publishHello("1");
    await bench.start();
    await fail(bench);
    const { version, warnings } = await bench.start();
    assertEquals([version, warnings.length], ["1", 1]);
    assertStringIncludes(warnings[0]!, "the last release that started here");
    assertEquals(listing(`${bench.dir}/cache/v1/work`), []);
  });
}

test("refuses with 69 when the server is gone and nothing is cached", async (bench) => {
  bench.registry.publishHello();
  await bench.served[Symbol.asyncDispose]();
  await assertRefused(() => bench.start(), "REGISTRY_UNREACHABLE", 69);
});

test("starts what ran here when the registry says no, but for --strict", async (bench) => {
  bench.registry.publishHello();
  await bench.start();
  const strict = { strict: "yes" };
  Deno.removeSync(`${bench.registry.root}/apps/hello/stable.json`);
  assertEquals((await bench.start()).version, "1");
  await assertRefused(() => bench.start("hello", strict), "REF_UNKNOWN", 78);
  bench.served.authorization = "Bearer other";
  assertEquals((await bench.start()).version, "1");
  await assertRefused(() => bench.start("hello", strict), "REGISTRY_DENIED", 77);
  await assertRefused(() => bench.start("nobody"), "REGISTRY_DENIED", 77);
});

test("remembers a release only when all its layers are in place", async (bench) => {
  const { registry, start, dir } = bench;
  registry.publish("hello", "stable", "1", [
    { files: { "hello.py": "" } },
    { fields: { sha256: sha256("missing"), size: undefined } },
  ]);
  await assertRefused(() => start(), "BLOB_MISSING", 69);
  assertEquals(listing(`${dir}/cache/v1/refs`), []);
  await assertRefused(() => start("hello", { offline: "yes" }), "OFFLINE", 69);
});

test("starts offline what is cached, and contacts nothing", async ({ registry, served, start }) => {
  registry.publishHello();
  await start();
  served.requests.length = 0;
  assertEquals((await start("hello", { offline: "yes" })).version, "1");
  assertEquals(served.requests, []);
  await assertRefused(() => start("hello@2", { offline: "yes" }), "OFFLINE", 69);
  await assertRefused(() => start("other", { offline: "yes" }), "OFFLINE", 69);
  const digest = "0".repeat(64);
  await assertRefused(() => start(`hello@sha256:${digest}`, { offline: "yes" }), "OFFLINE", 69);
  assertEquals(served.requests, []);
});

test("refuses offline when a tree of the release is gone", async ({ registry, start, dir }) => {
  registry.publishHello();
  await start();
  denoHost.fs.removeTree(`${dir}/cache/v1/trees`);
  await assertRefused(() => start("hello", { offline: "yes" }), "OFFLINE", 69);
  assertEquals((await start()).version, "1");
});

test("asks again only after the time that refresh states", async (bench) => {
  const { registry, served, start, clock } = bench;
  registry.publishHello("1");
  const requests = async (refresh: string) => {
    served.requests.length = 0;
    const { version } = await start("hello", { refresh });
    return [version, served.requests.filter(({ path }) => path.startsWith("/apps")).length];
  };
  assertEquals(await requests("10m"), ["1", 1]);
  registry.publishHello("2");
  assertEquals(await requests("10m"), ["1", 0]);
  clock.advance(9 * 60_000);
  assertEquals(await requests("10m"), ["1", 0]);
  clock.advance(60_000);
  assertEquals(await requests("10m"), ["2", 1]);
  assertEquals(await requests("10m"), ["2", 0]);
  clock.advance(600_000);
  assertEquals(await requests("10m"), ["2", 1], "304 confirms");
  assertEquals(await requests("10m"), ["2", 0], "and counts as an answer");
  clock.advance(-86_400_000);
  assertEquals(await requests("10m"), ["2", 1], "a clock that was set back");
  registry.publishHello("3");
  assertEquals(await requests("never"), ["2", 0]);
  assertEquals(await requests("always"), ["3", 1]);
});

test("refuses a release for another app", async ({ registry, start }) => {
  registry.publishHello();
  Deno.mkdirSync(`${registry.root}/apps/other`);
  Deno.copyFileSync(
    `${registry.root}/apps/hello/stable.json`,
    `${registry.root}/apps/other/stable.json`,
  );
  const error = await assertRefused(() => start("other"), "RELEASE_INVALID", 65);
  assertStringIncludes(error.text.why, 'at app: expected "other", found "hello"');
});

test("refuses a release by digest whose digest differs in its last digit alone", async ({ registry, start }) => {
  const digest = registry.publishHello();
  const blobs = `${registry.root}/blobs/sha256`;
  Deno.copyFileSync(`${blobs}/${digest}`, `${blobs}/${almost(digest)}`);
  await assertRefused(() => start(`hello@sha256:${almost(digest)}`), "DIGEST_MISMATCH", 65);
});

test("holds the lease of its environment, of a cold start and of a warm one", async ({ dir, registry, start }) => {
  registry.publishHello();
  for (const occasion of ["cold", "warm"]) {
    const { leases } = await start();
    const paths = [...Deno.readDirSync(`${dir}/cache/v1/leases/environments`)]
      .map(({ name }) => `${dir}/cache/v1/leases/environments/${name}`);
    assertEquals([leases.length, paths.length], [1, 1], occasion);
    const free = () => paths.filter((path) => !isLocked(path));
    assertEquals(free(), [], `${occasion}: what runs can be collected`);
    for (const lease of leases) lease.release();
    assertEquals(free(), paths, occasion);
  }
});

test("refuses another app's release by digest, cached or not", async ({ registry, start }) => {
  const digest = registry.publishHello();
  await assertRefused(() => start(`other@sha256:${digest}`), "RELEASE_INVALID", 65);
  await start(`hello@sha256:${digest}`);
  await assertRefused(() => start(`other@sha256:${digest}`), "RELEASE_INVALID", 65);
});

test("refuses a release whose bytes are not those of its digest", async ({ registry, start }) => {
  const digest = registry.publishHello();
  Deno.writeTextFileSync(`${registry.root}/blobs/sha256/${digest}`, "{}");
  await assertRefused(() => start(`hello@sha256:${digest}`), "DIGEST_MISMATCH", 65);
});

test("fetches a cached release document again when it was damaged", async (bench) => {
  const { registry, start, dir } = bench;
  const digest = registry.publishHello();
  await start();
  for (const damage of ["", "{", "\0\0\0\0"]) {
    Deno.writeTextFileSync(`${dir}/cache/v1/releases/sha256/${digest}.json`, damage);
    assertEquals((await start()).version, "1");
    assertEquals((await start("hello", { offline: "yes" })).version, "1");
  }
});

test("does not fetch when no Python fits", async ({ registry, start, served, dir }) => {
  registry.publish("hello", "stable", "1", [{ files: { "a.py": "" } }], { python: ">=3.12" });
  const error = await assertRefused(() => start(), "VARIANT_UNFIT", 78);
  assertStringIncludes(error.text.why, "the release needs Python >=3.12, this is 3.11.2");
  assertEquals(served.statuses(/blobs/), []);
  assertEquals(listing(`${dir}/cache/v1/trees`), []);
});

test("does not fetch when the stated Python is missing", async ({ registry, start, served }) => {
  registry.publishHello();
  const missing = () => start("hello", { python: "/no/such/python" });
  await assertRefused(missing, "PYTHON_NOT_FOUND", 127);
  await assertRefused(() => start("hello", { python: "python9" }), "PYTHON_NOT_FOUND", 127);
  assertEquals(served.statuses(/blobs/), []);
});

test("says 126 when the Python cannot be executed", async ({ registry, start, dir }) => {
  registry.publishHello();
  Deno.writeTextFileSync(`${dir}/not-executable`, "", { mode: 0o644 });
  for (const python of [`${dir}/not-executable`, dir]) {
    await assertRefused(() => start("hello", { python }), "PYTHON_NOT_EXECUTABLE", 126);
  }
});

test("asks an interpreter again when its file changed", async ({ registry, start, asked, dir }) => {
  registry.publishHello();
  await start();
  await start();
  assertEquals(asked.length, 1);
  Deno.writeTextFileSync(`${dir}/python3`, "#!/bin/true\n");
  await start();
  assertEquals(asked.length, 2);
});

test("chooses the entry point by name, by form, or as the only one", async (bench) => {
  const { registry, start } = bench;
  const layers = [{ files: { "hello.py": "", "tool.py": "" } }];
  const entrypoints = { a: { module: "hello", args: ["--a"] }, b: { script: "tool.py" } };
  registry.publish("hello", "stable", "1", layers, { entrypoints });
  await assertRefused(() => start(), "ENTRY_POINT_UNKNOWN", 127);
  assertEquals((await start("hello", { entry: "a" })).plan.argv.slice(3), ["-m", "hello", "--a"]);
  assertEquals((await start("hello", { entry: "tool" })).plan.argv.slice(3), ["-m", "tool"]);
  assertStringIncludes((await start("hello", { entry: "b" })).plan.argv[2]!, "/tool.py");
  await assertRefused(() => start("hello", { entry: "no such" }), "USAGE", 64);
  await assertRefused(() => start("hello", { entry: "absent" }), "ENTRY_POINT_UNKNOWN", 127);
  registry.publish("hello", "stable", "2", layers, { entrypoints: { a: { module: "hello" } } });
  assertEquals((await start()).plan.argv.slice(3), ["-m", "hello"]);
});

test("ignores unknown fields and says so", async ({ registry, start }) => {
  registry.publish("hello", "stable", "1", [{ files: { "hello.py": "" } }], { signature: "x" });
  const details = (await start()).events.flatMap((event) =>
    event.kind === "detail" ? [event.text] : []
  );
  assertEquals(details, ["hello@stable: ignoring unknown fields: signature"]);
});

test("cleans up after a layer that is too small, too large, or hostile", async (bench) => {
  const { registry, start, dir } = bench;
  const bad: [fields: Record<string, unknown>, code: "SIZE_MISMATCH" | "BUDGET_EXCEEDED"][] = [
    [{ size: 3 }, "SIZE_MISMATCH"],
    [{ size: 10 ** 9 }, "SIZE_MISMATCH"],
    [{ unpacked_size: 2 }, "BUDGET_EXCEEDED"],
  ];
  for (const [fields, code] of bad) {
    registry.publish("hello", "stable", "1", [{ files: { "hello.py": "12345" }, fields }]);
    await assertRefused(() => start(), code, 65);
    assertEquals(listing(`${dir}/cache/v1/work`), []);
  }
  registry.publish("hello", "stable", "1", [{ files: { "../escape.py": "x" } }]);
  await assertRefused(() => start(), "ARCHIVE_HOSTILE", 65);
  registry.publish("hello", "stable", "1", [{ bytes: new TextEncoder().encode("<html>") }]);
  await assertRefused(() => start(), "ARCHIVE_UNKNOWN", 65);
  assertEquals(listing(`${dir}/cache/v1/work`), []);
  assertEquals(listing(`${dir}/cache/v1/trees/sha256`), []);
});

Deno.test("planStart starts a bundle without any registry, and again without its source", () =>
  inTempDir(async (dir) => {
    const bytes = tarOf({ "__main__.py": "print(1)\n" });
    Deno.writeFileSync(`${dir}/b.tar`, bytes);
    const { path: python, commands } = fakePython(dir);
    const { host } = testHost({}, { ...denoHost, commands });
    const start = async (digest: string, flags: Record<string, string> = {}) => {
      const target = bundle(`${dir}/b.tar`, digest);
      const settings = { cache: `${dir}/cache`, python, ...flags };
      const { context } = await testContext(settings, host, target);
      return (await planStart({ kind: "run", target, args: ["--x", "--"] }, context)).plan;
    };
    await assertRefused(() => start("0".repeat(64)), "DIGEST_MISMATCH", 65);
    const plan = await start(sha256(bytes));
    assertEquals(plan.argv.slice(-2), ["--x", "--"]);
    assert(plan.unset.has("EDGEBOOT_CURRENT_APP"));
    Deno.removeSync(`${dir}/b.tar`);
    assertEquals(await start(sha256(bytes), { offline: "yes" }), plan);
    await assertRefused(() => start("1".repeat(64)), "BLOB_MISSING", 69);
    await assertRefused(() => start("1".repeat(64), { offline: "yes" }), "OFFLINE", 69);
  }));
