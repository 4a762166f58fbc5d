import { assert, assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { Sandbox, sha256, sha256Of } from "./support/sandbox.ts";
import { SlowServer } from "./support/slow_server.ts";

/** A layer that does not compress: 4 MiB on the wire. */
async function bigLayer(sandbox: Sandbox): Promise<{ path: string; sha256: string }> {
  const noise = new Uint8Array(3 * 1024 * 1024);
  for (let i = 0; i < noise.length; i += 65536) {
    crypto.getRandomValues(noise.subarray(i, i + 65536));
  }
  const text = btoa(Array.from(noise, (byte) => String.fromCharCode(byte)).join(""));
  const path = await sandbox.archive({ "hello.py": "print('hello')\n", "data.txt": text }, "tar");
  return { path, sha256: await sha256Of(path) };
}

interface Served extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly server: SlowServer;
  readonly layer: { readonly path: string; readonly sha256: string };
}

/** A release in a directory whose only layer is at `url` of the server. */
async function served(extra: object = {}): Promise<Served> {
  const sandbox = await Sandbox.create();
  const layer = await bigLayer(sandbox);
  const server = new SlowServer(await Deno.readFile(layer.path));
  await sandbox.release("big", "stable", {
    schema: "edgeboot.release/v1",
    ...{ app: "big", version: "1", entrypoint: { module: "hello" } },
    layers: [{ url: `${server.url}/big.tar`, sha256: layer.sha256, ...extra }],
  });
  return {
    ...{ sandbox, server, layer },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** Starts a fetch and kills it with SIGKILL once the server has sent this many bytes. */
async function killedAfter(bytes: number, { sandbox, server }: Served): Promise<void> {
  server.behaviour = { ...server.behaviour, pauseMs: 10 };
  const child = new Deno.Command(BINARY, {
    args: ["fetch", "big"],
    env: sandbox.environment(),
    clearEnv: true,
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  await server.until(() => server.bytesServed >= bytes);
  child.kill("SIGKILL");
  await child.status;
  const { pauseMs: _pauseMs, ...rest } = server.behaviour;
  server.behaviour = rest;
}

async function partials(sandbox: Sandbox): Promise<string[]> {
  const found: string[] = [];
  const root = `${sandbox.cache}/v1/partials`;
  for await (const digest of Deno.readDir(root)) {
    for await (const { name } of Deno.readDir(`${root}/${digest.name}`)) found.push(name);
  }
  return found;
}

Deno.test("edgeboot fetch continues a download after kill -9 when the blob is the same", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  await killedAfter(2 * 1024 * 1024, all);
  assertEquals((await partials(sandbox)).length, 1);
  const before = server.served.length;
  const { stdout, stderr } = await sandbox.edgeboot(["run", "-v", "big"]);
  assertEquals(stdout, "hello\n", stderr);
  const second = server.served.slice(before);
  assertEquals(second.map(({ status }) => status), [206], stderr);
  assert(second[0]!.ifRange !== null);
  const offset = Number(/bytes=(\d+)-/.exec(second[0]!.range!)![1]);
  assert(offset > 1024 * 1024, `continued after ${offset}`);
  assertEquals(second[0]!.bytes, server.content.length - offset);
  assertEquals(await partials(sandbox), []);
});

Deno.test("edgeboot fetch takes the whole blob, once, when it has changed since a kill -9", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  await killedAfter(1024 * 1024, all);
  const other = await bigLayer(sandbox);
  server.content = await Deno.readFile(other.path);
  const before = server.served.length;
  const { code, stderr } = await sandbox.edgeboot(["fetch", "big"]);
  assertEquals(code, 65, stderr);
  assert(stderr.includes(await sha256Of(other.path)), stderr);
  // If-Range brings the whole, which is not of two parts: nothing is asked again, and nothing kept.
  const statuses = server.served.slice(before).map(({ status }) => status);
  assertEquals(statuses, [200]);
  assertEquals(await partials(sandbox), []);
});

Deno.test("edgeboot fetch discards a partial blob when its bytes were damaged on disk", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  await killedAfter(2 * 1024 * 1024, all);
  const [id] = await partials(sandbox);
  const path = `${sandbox.cache}/v1/partials/${all.layer.sha256}/${id}/blob`;
  const bytes = await Deno.readFile(path);
  bytes[1000]! ^= 1;
  await Deno.writeFile(path, bytes);
  const before = server.served.length;
  const { code, stderr } = await sandbox.edgeboot(["fetch", "-v", "big"]);
  assertEquals(code, 0, stderr);
  assertEquals(server.served.slice(before).map(({ status }) => status), [206, 200]);
  assertEquals(await partials(sandbox), []);
});

Deno.test("edgeboot fetch starts over when the server has no strong validator", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  server.behaviour = { etag: 'W/"weak"' };
  await killedAfter(1024 * 1024, all);
  const before = server.served.length;
  assertEquals((await sandbox.edgeboot(["fetch", "big"])).code, 0);
  assertEquals(server.served.slice(before).map(({ range, status }) => [range, status]), [[
    null,
    200,
  ]]);
});

Deno.test("edgeboot fetch takes what comes when the server knows no ranges", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  await killedAfter(1024 * 1024, all);
  server.behaviour = { ignoreRange: true };
  const before = server.served.length;
  assertEquals((await sandbox.edgeboot(["fetch", "big"])).code, 0);
  assertEquals(server.served.slice(before).map(({ status }) => status), [200]);
});

Deno.test("edgeboot fetch continues blobs/sha256 without validators when the total is the same", async () => {
  await using sandbox = await Sandbox.create();
  const layer = await bigLayer(sandbox);
  await using server = new SlowServer(await Deno.readFile(layer.path));
  // One server for release and blob: the release is asked for under its own digest.
  const text = JSON.stringify({
    schema: "edgeboot.release/v1",
    ...{ app: "big", version: "1", entrypoint: { module: "hello" } },
    layers: [{ sha256: layer.sha256 }],
  });
  const digest = await sha256(text);
  server.behaviour = { etag: undefined };
  const releases = `${sandbox.cache}/v1/releases/sha256`;
  await Deno.mkdir(releases, { recursive: true });
  await Deno.writeTextFile(`${releases}/${digest}.json`, text);
  const env = sandbox.environment({ registry: server.url });
  server.behaviour = { etag: undefined, pauseMs: 10 };
  const child = new Deno.Command(BINARY, {
    args: ["fetch", `big@sha256:${digest}`],
    ...{ env, clearEnv: true, stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  await server.until(() => server.bytesServed >= 1024 * 1024);
  child.kill("SIGKILL");
  await child.status;
  server.behaviour = { etag: undefined };
  const before = server.served.length;
  const ended = await sandbox.edgeboot(["fetch", `big@sha256:${digest}`], { registry: server.url });
  assertEquals(ended.code, 0, ended.stderr);
  assertEquals(server.served.slice(before).map(({ status, ifRange }) => [status, ifRange]), [[
    206,
    null,
  ]]);
});

Deno.test("edgeboot fetch keeps what came when the connection breaks for good", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  // Without a body the four attempts of one process get nowhere.
  server.behaviour = { cutAfter: 300_000 };
  const failing = sandbox.edgeboot(["fetch", "big"]);
  await server.until(() => server.served.length >= 2);
  server.behaviour = { cutAfter: 0 };
  const { code } = await failing;
  assertEquals(code, 69);
  assertEquals((await partials(sandbox)).length, 1);
  server.behaviour = {};
  const before = server.served.length;
  assertEquals((await sandbox.edgeboot(["fetch", "big"])).code, 0);
  assertEquals(server.served.slice(before).map(({ status }) => status), [206]);
  assert(server.served.at(-1)!.bytes < server.content.length - 300_000 + 1);
});

Deno.test("edgeboot fetch asks for nothing when a kill came after the last byte", async () => {
  await using all = await served();
  const { sandbox, server, layer } = all;
  await killedAfter(1024 * 1024, all);
  const [id] = await partials(sandbox);
  const directory = `${sandbox.cache}/v1/partials/${layer.sha256}/${id}`;
  await Deno.copyFile(layer.path, `${directory}/blob`);
  const before = server.served.length;
  assertEquals((await sandbox.edgeboot(["fetch", "--offline", "big"])).code, 69, "no release yet");
  assertEquals((await sandbox.edgeboot(["fetch", "big"])).code, 0);
  assertEquals(server.served.length, before);
  assertEquals(await partials(sandbox), []);
});

Deno.test("edgeboot fetch never writes to a download of another process when both run at once", async () => {
  await using all = await served();
  const { sandbox, server } = all;
  await killedAfter(1024 * 1024, all);
  server.behaviour = { pauseMs: 5 };
  const both = await Promise.all([1, 2, 3].map(() => sandbox.edgeboot(["fetch", "big"])));
  assertEquals(
    both.map(({ code }) => code),
    [0, 0, 0],
    both.map(({ stderr }) => stderr).join("\n"),
  );
  assertEquals(await partials(sandbox), []);
});
