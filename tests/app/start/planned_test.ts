import { assert, assertEquals } from "@std/assert";
import { plannedStart } from "../../../src/app/start/planned.ts";
import type { Start } from "../../../src/app/start/request.ts";
import { planStart } from "../../../src/app/start/start.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { startHost } from "../../../src/host/start_host.ts";
import { app, fakePython, testContext, testHost } from "../../support/context.ts";
import { FakeRegistry, type Served } from "../../support/fake_registry.ts";
import { inTempDir } from "../../support/temp.ts";

interface Bench {
  readonly dir: string;
  readonly registry: FakeRegistry;
  /** By the long way, which keeps a plan. */
  long(what?: string, flags?: Flags, env?: Flags, args?: readonly string[]): Promise<Start>;
  /** By the short way; undefined where it leads nowhere. */
  short: (...of: Parameters<Bench["long"]>) => Promise<Start | undefined>;
}

type Flags = Record<string, string>;

function test(behaviour: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(`plannedStart ${behaviour}`, () =>
    inTempDir(async (dir) => {
      const registry = new FakeRegistry(`${dir}/registry`);
      Deno.mkdirSync(`${dir}/bin`);
      const { commands } = fakePython(`${dir}/bin`);
      const prepare = async (what: string, flags: Flags, env: Flags, args: readonly string[]) => {
        const { host } = testHost({ PATH: `${dir}/none:${dir}/bin`, ...env }, {
          ...denoHost,
          commands,
        });
        const settings = { registry: registry.root, cache: `${dir}/cache`, ...flags };
        const { context } = await testContext(settings, host);
        return { context, host, request: { kind: "run", target: app(what), args } as const };
      };
      const long: Bench["long"] = async (what = "hello", flags = {}, env = {}, args = []) => {
        const { context, request } = await prepare(what, flags, env, args);
        const start = await planStart(request, context);
        for (const lease of start.leases) lease.release();
        return start;
      };
      const short: Bench["short"] = async (what = "hello", flags = {}, env = {}, args = []) => {
        const { context, host, request } = await prepare(what, flags, env, args);
        const start = await plannedStart(request, context.config, { ...startHost, env: host.env });
        for (const lease of start?.leases ?? []) lease.release();
        return start;
      };
      await act({ dir, registry, long, short });
    }));
}

test("comes to what the long way comes to, whatever is inherited and given", async (bench) => {
  const { registry, long, short } = bench;
  const env = { default: { LOG: "info" }, set: { TZ: "UTC" }, unset: ["DEBUG"] };
  const digest = registry.publish("hello", "stable", "1", [{ files: { "hello.py": "" } }], {
    entrypoints: { default: { module: "hello", default_args: ["serve"] } },
    env,
  });
  const starts: Parameters<Bench["long"]>[] = [
    [],
    ["hello", {}, {}, ["a", "--b"]],
    ["hello", {}, { LOG: "debug", DEBUG: "1", PYTHONPATH: "/x" }],
    [`hello@sha256:${digest}`],
    ["hello", { refresh: "never" }],
    ["hello", { offline: "yes" }],
  ];
  await long();
  for (const start of starts) {
    const planned = await short(...start);
    if (planned === undefined) throw new Error(`no plan for ${JSON.stringify(start)}`);
    const { plan, leases } = await long(...start);
    assertEquals(planned.plan, plan);
    assertEquals(planned.leases.length, leases.length);
  }
});

const CHANGES: [what: string, change: (bench: Bench) => Promise<unknown> | unknown][] = [
  ["the channel has another release", ({ registry }) => registry.publishHello("2")],
  [
    "the registry is not there",
    ({ registry }) => Deno.removeSync(registry.root, { recursive: true }),
  ],
  ["a tree is gone", ({ dir }) => denoHost.fs.removeTree(`${dir}/cache/v1/trees`)],
  ["the interpreter is another file", ({ dir }) => {
    Deno.writeTextFileSync(`${dir}/bin/other`, "#!/bin/false\n#", { mode: 0o755 });
    Deno.renameSync(`${dir}/bin/other`, `${dir}/bin/python3`);
  }],
  ["another interpreter comes before it on PATH", ({ dir }) => {
    Deno.mkdirSync(`${dir}/none`);
    Deno.writeTextFileSync(`${dir}/none/python3`, "#!/bin/false\n", { mode: 0o755 });
  }],
  ["the plan is damaged", ({ dir }) => eachPlan(dir, (path) => Deno.writeTextFileSync(path, "{"))],
  ["the plan is a FIFO", ({ dir }) =>
    eachPlan(dir, (path) => {
      Deno.removeSync(path);
      new Deno.Command("mkfifo", { args: [path] }).outputSync();
    })],
];

function eachPlan(dir: string, act: (path: string) => void): void {
  for (const { name } of Deno.readDirSync(`${dir}/cache/v1/plans`)) {
    const folder = `${dir}/cache/v1/plans/${name}`;
    for (const file of [...Deno.readDirSync(folder)]) act(`${folder}/${file.name}`);
  }
}

for (const [what, change] of CHANGES) {
  test(`leads nowhere when ${what}`, async (bench) => {
    bench.registry.publishHello("1");
    await bench.long();
    assert(await bench.short() !== undefined);
    await change(bench);
    assertEquals(await bench.short(), undefined);
  });
}

test("leads nowhere when the script that was made for a callable is gone", async (bench) => {
  const { dir, registry, long, short } = bench;
  registry.publish("hello", "stable", "1", [{ files: { "hello.py": "" } }], {
    entrypoints: { default: { callable: "hello:main" } },
  });
  await long();
  assert(await short() !== undefined);
  denoHost.fs.removeTree(`${dir}/cache/v1/support`);
  assertEquals(await short(), undefined);
  await long();
  assert(await short() !== undefined);
});

const ASKED_OTHERWISE: [what: string, flags: Flags, env: Flags][] = [
  ["entry point", { entry: "other" }, {}],
  ["search path", {}, { PATH: "/usr/bin" }],
  ["cache", { cache: "/nowhere" }, {}],
  ["registry", { registry: "/nowhere" }, {}],
  ["refresh, which would have to be written down", { refresh: "1ms" }, {}],
  ["PYTHONPATH that is inherited", { "inherit-pythonpath": "yes" }, {}],
];

for (const [what, flags, env] of ASKED_OTHERWISE) {
  test(`leads nowhere when it is another ${what}`, async ({ registry, long, short }) => {
    registry.publishHello("1");
    await long();
    assertEquals(await short("hello", flags, env), undefined);
  });
}

test("asks a server once, and starts where nothing has changed", async (bench) => {
  const { registry, long, short } = bench;
  registry.publishHello("1");
  await using server = registry.serve();
  const flags = { registry: server.url };
  await long("hello", flags);
  server.requests.length = 0;
  const planned = await short("hello", flags);
  assertEquals(server.statuses(), [304]);
  assertEquals(planned?.plan, (await long("hello", flags)).plan);
});

test("shows the server who asks", async ({ registry, long, short }) => {
  registry.publishHello("1");
  await using server = registry.serve();
  server.authorization = "Bearer secret";
  const flags = { registry: server.url, token: "secret" };
  await long("hello", flags);
  server.requests.length = 0;
  assert(await short("hello", flags) !== undefined);
  assertEquals(server.statuses(), [304]);
  assertEquals(await short("hello", { registry: server.url, token: "other" }), undefined);
});

const SERVERS: [what: string, change: (registry: FakeRegistry, server: Served) => unknown][] = [
  ["has another release", (registry) => registry.publishHello("2")],
  ["answers 404", (_, server) => server.fail(/stable/, { kind: "status", status: 404 })],
  ["answers 503", (_, server) => server.fail(/stable/, { kind: "status", status: 503 })],
  ["leads elsewhere", (_, server) => server.fail(/stable/, { kind: "redirect", to: "/x" })],
  ["lets nobody in any more", (_, server) => server.authorization = "Bearer secret"],
  ["is gone", (_, server) => server[Symbol.asyncDispose]()],
];

for (const [what, change] of SERVERS) {
  test(`leads nowhere when the server ${what}`, async ({ registry, long, short }) => {
    registry.publishHello("1");
    const server = registry.serve();
    await using _ = server;
    const flags = { registry: server.url };
    await long("hello", flags);
    assert(await short("hello", flags) !== undefined);
    await change(registry, server);
    assertEquals(await short("hello", flags).catch(() => undefined), undefined);
    // Asked or not: `--offline` and `--refresh=never` start what is there.
    assert(await short("hello", { ...flags, offline: "yes" }) !== undefined);
  });
}

test("asks no server that gives no validators", async ({ registry, long, short }) => {
  registry.publishHello("1");
  await using server = registry.serve();
  server.etags = false;
  await long("hello", { registry: server.url });
  server.requests.length = 0;
  assertEquals(await short("hello", { registry: server.url }), undefined);
  assertEquals(server.requests.length, 0);
});

test("follows a pin and asks nobody", async ({ dir, registry, long, short }) => {
  registry.publishHello("1");
  await long();
  const [ref] = [...Deno.readDirSync(`${dir}/cache/v1/refs`)].map(({ name }) =>
    `${dir}/cache/v1/refs/${name}/hello/stable.json`
  );
  const record = JSON.parse(Deno.readTextFileSync(ref!));
  Deno.writeTextFileSync(ref!, JSON.stringify({ ...record, pinned: record.digest }));
  registry.publishHello("2");
  assertEquals((await short())?.plan.set.get("EDGEBOOT_CURRENT_VERSION"), "1");
});
