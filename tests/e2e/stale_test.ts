import { assert, assertEquals, assertMatch } from "@std/assert";
import { e2e, needsRoot } from "./support/e2e.ts";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { logLines } from "./support/log.ts";
import { deadUrl, StaticServer } from "./support/server.ts";
import { Sandbox } from "./support/sandbox.ts";

async function publish(sandbox: Sandbox, version: string, extra: object = {}): Promise<string> {
  const files = { "hello.py": `print("hello ${version}")\n` };
  const entrypoint = { module: "hello" };
  return (await sandbox.publish("hello", files, { version, entrypoint, ...extra })).sha256;
}

/** Release 1 has started from this server. */
async function withServer(
  act: (sandbox: Sandbox, server: StaticServer) => Promise<void>,
): Promise<void> {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await publish(sandbox, "1");
  const first = await sandbox.edgeboot(["run", "hello"], { registry: server.url });
  assertEquals(first.stdout, "hello 1\n", first.stderr);
  await act(sandbox, server);
}

/** One warning, and release 1. */
async function assertStale(sandbox: Sandbox, registry: string, because: RegExp): Promise<void> {
  const before = Date.now();
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "hello"], { registry });
  assertEquals([code, stdout], [0, "hello 1\n"], stderr);
  const warnings = stderr.split("\n").filter((line) => line.startsWith("edgeboot: warning: "));
  assertEquals(warnings.length, 1, stderr);
  assert(warnings[0]!.includes("staying with 1 ("), stderr);
  assert(warnings[0]!.includes("the last release that started here"), stderr);
  assert(because.test(warnings[0]!), stderr);
  assert(Date.now() - before < 13_000, "the wait is bounded");
}

type Break = (sandbox: Sandbox, server: StaticServer) => void | Promise<void>;

const BAD_PUBLICATIONS: readonly (readonly [string, RegExp, Break])[] = [
  ["is not JSON", /not a valid release/, async (sandbox) => {
    await sandbox.release("hello", "stable", "<html>");
  }],
  ["lacks its layers", /not a valid release/, async (sandbox) => {
    await sandbox.release("hello", "stable", { schema: "edgeboot.release/v1", app: "hello" });
  }],
  ["is another app's", /not a valid release/, async (sandbox) => {
    await publish(sandbox, "2", { app: "other" });
  }],
  ["has a layer that fails to verify", /not what was asked for/, async (sandbox) => {
    const layer = await publish(sandbox, "2");
    await Deno.writeTextFile(`${sandbox.registry}/blobs/sha256/${layer}`, "something else");
  }],
  ["has a layer that is missing", /cannot be fetched/, async (sandbox) => {
    const layer = await publish(sandbox, "2");
    await Deno.remove(`${sandbox.registry}/blobs/sha256/${layer}`);
  }],
  ["has a layer that fails to unpack", /archive|format|not an/i, async (sandbox) => {
    const path = sandbox.path("files/noise");
    await Deno.writeTextFile(path, "neither tar nor zip");
    const { sha256 } = await sandbox.blob(path);
    const layers = [{ sha256 }];
    await sandbox.release("hello", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "hello", version: "2", layers },
    });
  }],
  ["does not fit this Python", /does not fit/, async (sandbox) => {
    await publish(sandbox, "2", { python: ">=9" });
  }],
  ["cannot be asked for: 503", /answered 503/, (_, server) => {
    server.answer(() => new Response("", { status: 503 }));
  }],
  ["comes, but its layer's server answers 500", /answered 500/, async (sandbox, server) => {
    await publish(sandbox, "2");
    server.answer((_, path) =>
      path.includes("/blobs/") ? new Response("", { status: 500 }) : undefined
    );
  }],
  ["never ends", /not all came within 5 s after \d+ bytes/, (_, server) => {
    server.answer(() =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(new TextEncoder().encode(" "));
            await new Promise((done) => setTimeout(done, 500));
          },
        }),
      )
    );
  }],
];

for (const [name, because, breakIt] of BAD_PUBLICATIONS) {
  Deno.test(`edgeboot run starts the last release with one warning when the new one ${name}`, () =>
    withServer(async (sandbox, server) => {
      await breakIt(sandbox, server);
      await assertStale(sandbox, server.url, because);
      await assertStale(sandbox, server.url, because);
    }));
}

Deno.test("edgeboot run starts the last release when the registry does not answer at all", () =>
  withServer(async (sandbox, server) => {
    // The record is of this address: keep it, and let nobody listen, then somebody who never answers.
    const { port } = new URL(server.url);
    await server[Symbol.asyncDispose]();
    await assertStale(sandbox, server.url, /cannot fetch/);
    const silent = Deno.listen({ hostname: "127.0.0.1", port: Number(port) });
    await assertStale(sandbox, server.url, /no answer within 3 s/);
    silent.close();
  }));

Deno.test("edgeboot run starts the last release when there is no room for the new one", () =>
  withServer(async (sandbox, server) => {
    await publish(sandbox, "2");
    // The cache has become a place that this user cannot write: one work directory too few.
    await Deno.remove(`${sandbox.cache}/v1/work`, { recursive: true });
    await Deno.writeTextFile(`${sandbox.cache}/v1/work`, "");
    await assertStale(sandbox, server.url, /cannot write to the cache/);
  }));

Deno.test("edgeboot run starts the last release whatever the registry says, and ends with --strict", () =>
  withServer(async (sandbox, server) => {
    const [metrics, timings] = [sandbox.path("files", "m.prom"), sandbox.path("files", "t.jsonl")];
    const env = { EDGEBOOT_LOG: "json", EDGEBOOT_METRICS: metrics, EDGEBOOT_TIMINGS: timings };
    const CASES = [
      ...[[404, 78, "REF_UNKNOWN"], [410, 78, "REF_UNKNOWN"], [401, 77, "REGISTRY_DENIED"]],
      ...[[403, 77, "REGISTRY_DENIED"], [500, 69, "REGISTRY_UNREACHABLE"]],
      [200, 65, "RELEASE_INVALID"],
    ] as const;
    for (const [status, exit, code] of CASES) {
      server.answer(() => new Response("", { status }));
      const { stdout, stderr } = await sandbox.edgeboot(["run", "hello"], {
        ...{ registry: server.url, env },
      });
      assertEquals(stdout, "hello 1\n", stderr);
      const [told, ...more] = logLines(stderr);
      assertEquals([told.event, told.level, told.code, more], ["fallback", "warn", code, []]);
      if (status >= 401 && code !== "REF_UNKNOWN") assertEquals(told.status, status);
      if (status !== 200) assertEquals(told.url, `${server.url}/apps/hello/stable.json`);
      const strict = await sandbox.edgeboot(["run", "--strict", "hello"], { registry: server.url });
      assertEquals([strict.code, strict.stdout], [exit, ""], strict.stderr);
    }
    const counted = await Deno.readTextFile(metrics);
    assertMatch(counted, /^edgeboot_fallback_total\{.*reason="REF_UNKNOWN"\} 2$/m);
    assertMatch(counted, /^edgeboot_fallback_total\{.*reason="REGISTRY_DENIED"\} 2$/m);
    assert(!counted.includes("edgeboot_last_check_timestamp_seconds{"), counted);
    const lines = (await Deno.readTextFile(timings)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(lines.map(({ fallback }) => fallback.code), CASES.map(([, , code]) => code));
    server.answer(() => undefined);
    await sandbox.edgeboot(["run", "hello"], { registry: server.url, env });
    assertMatch(
      await Deno.readTextFile(metrics),
      /^edgeboot_last_check_timestamp_seconds\{.*\} \d+/m,
    );
  }));

e2e("edgeboot run starts the last release when names do not resolve", needsRoot, async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await publish(sandbox, "1");
  const port = new URL(server.url).port;
  const registry = `http://registry.invalid:${port}`;
  const env = sandbox.environment({ registry });
  await Deno.writeTextFile(sandbox.path("hosts"), "127.0.0.1 localhost registry.invalid\n");
  // An address of TEST-NET-1 (RFC 5737) answers nothing.
  await Deno.writeTextFile(sandbox.path("resolv.conf"), "nameserver 192.0.2.1\n");
  const script =
    `mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@"`;
  const run = (hosts: string) =>
    command("unshare", [
      ...["-m", "sh", "-c", script, "sh", hosts, sandbox.path("resolv.conf")],
      ...[BINARY, "run", "hello"],
    ], { env, clearEnv: true });
  const first = await run(sandbox.path("hosts"));
  assertEquals(first.stdout, "hello 1\n", first.stderr);
  await Deno.writeTextFile(sandbox.path("empty"), "127.0.0.1 localhost\n");
  const before = Date.now();
  const { stdout, stderr } = await run(sandbox.path("empty"));
  assertEquals(stdout, "hello 1\n", stderr);
  assertEquals(stderr.match(/warning/g)?.length, 1, stderr);
  assert(Date.now() - before < 8000, `${Date.now() - before} ms`);
});

const REFRESHES: readonly (readonly [string, number])[] = [["always", 1], ["never", 0], ["1h", 0], [
  "1ms",
  1,
]];

for (const [refresh, asked] of REFRESHES) {
  Deno.test(`edgeboot run --refresh=${refresh} asks the registry ${asked} times on a warm start`, () =>
    withServer(async (sandbox, server) => {
      server.forget();
      const args = ["run", `--refresh=${refresh}`, "hello"];
      const { stdout, stderr } = await sandbox.edgeboot(args, { registry: server.url });
      assertEquals([stdout, stderr], ["hello 1\n", ""]);
      assertEquals(server.paths.length, asked);
    }));
}

Deno.test("edgeboot run --refresh=never asks once when nothing is known yet", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await publish(sandbox, "1");
  const args = ["run", "--refresh=never", "hello"];
  assertEquals((await sandbox.edgeboot(args, { registry: server.url })).stdout, "hello 1\n");
  await publish(sandbox, "2");
  assertEquals((await sandbox.edgeboot(args, { registry: server.url })).stdout, "hello 1\n");
  const dead = await sandbox.edgeboot(args, { registry: deadUrl() });
  assertEquals(dead.code, 69);
});

Deno.test("edgeboot run --refresh=DURATION counts from when the registry last confirmed", () =>
  withServer(async (sandbox, server) => {
    const run = async (refresh: string) =>
      (await sandbox.edgeboot(["run", `--refresh=${refresh}`, "hello"], { registry: server.url }))
        .stdout;
    await new Promise((done) => setTimeout(done, 1100));
    await publish(sandbox, "2");
    assertEquals(await run("1h"), "hello 1\n");
    assertEquals(await run("1s"), "hello 2\n");
    await publish(sandbox, "3");
    assertEquals(await run("1h"), "hello 2\n");
    await new Promise((done) => setTimeout(done, 1100));
    server.forget();
    await publish(sandbox, "2");
    assertEquals(await run("1s"), "hello 2\n");
    assertEquals(server.paths.length >= 1, true);
    server.forget();
    // Confirmed just now: within the second nothing is asked.
    assertEquals(await run("20s"), "hello 2\n");
    assertEquals(server.paths, []);
  }));
