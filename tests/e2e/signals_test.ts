import { assert, assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { e2e } from "./support/e2e.ts";
import { command } from "./support/command.ts";
import { PICTURE } from "./support/picture.ts";
import { needsPidNamespace, onlyChild, PID_ONE } from "./support/pid_one.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

/** A registry whose one layer begins to arrive and then stalls. */
async function stalling() {
  const sandbox = await Sandbox.create();
  await sandbox.publish("web", { "web.py": "print('up')\n" }, { entrypoint: { module: "web" } });
  const server = new StaticServer(sandbox.registry);
  let stalled = () => {};
  const begun = new Promise<void>((done) => stalled = done);
  server.answer((_, path) => {
    if (!path.includes("/blobs/")) return undefined;
    stalled();
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) =>
      controller.enqueue(new TextEncoder().encode("PK\x03\x04"));
    return new Response(new ReadableStream({ start }));
  });
  return { sandbox, server, begun };
}

async function endsAtOnce(signal: Deno.Signal, asPidOne: boolean) {
  const { sandbox, server, begun } = await stalling();
  await using _sandbox = sandbox;
  await using _server = server;
  const child = asPidOne
    ? startAsPidOne(sandbox, server, ["run", "web"])
    : start(sandbox, server, BINARY, ["run", "web"]);
  await begun;
  // The body has begun to arrive; what edgeboot does now is wait.
  await new Promise((done) => setTimeout(done, 100));
  const target = asPidOne ? await onlyChild(child.pid) : child.pid;
  const sent = performance.now();
  Deno.kill(target, signal);
  const status = await child.status;
  const took = performance.now() - sent;
  assert(took < 1000, `it took ${took} ms to end`);

  server.answer(() => undefined);
  assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)], []);
  const next = await sandbox.edgeboot(["run", "web"], { registry: server.url });
  assertEquals([next.code, next.stdout], [0, "up\n"], next.stderr);
  return status;
}

function startAsPidOne(sandbox: Sandbox, server: StaticServer, args: string[]) {
  return start(sandbox, server, "unshare", [...PID_ONE, BINARY, ...args]);
}

function start(sandbox: Sandbox, server: StaticServer, program: string, args: string[]) {
  return new Deno.Command(program, {
    args,
    ...{ env: sandbox.environment({ registry: server.url }), clearEnv: true },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`edgeboot run ends at once when ${signal} comes while it fetches`, async () => {
    assertEquals((await endsAtOnce(signal, false)).signal, signal);
  });

  e2e(
    `edgeboot run ends at once as PID 1 when ${signal} comes while it fetches`,
    needsPidNamespace,
    async () => {
      assertEquals((await endsAtOnce(signal, true)).code, signal === "SIGINT" ? 130 : 143);
    },
  );
}

e2e(
  "edgeboot fetch ends at once as PID 1 when SIGTERM comes at its second app",
  needsPidNamespace,
  async () => {
    const { sandbox, server, begun } = await stalling();
    await using _sandbox = sandbox;
    await using _server = server;
    const { sha256 } = await sandbox.publish("first", { "first.py": "" });
    await Deno.mkdir(`${sandbox.registry}/files`);
    await Deno.copyFile(
      `${sandbox.registry}/blobs/sha256/${sha256}`,
      `${sandbox.registry}/files/a`,
    );
    await sandbox.release("first", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "first", version: "1" },
      layers: [{ sha256, url: "../../files/a" }],
    });
    const child = startAsPidOne(sandbox, server, ["fetch", "first", "web"]);
    await begun;
    await new Promise((done) => setTimeout(done, 100));
    Deno.kill(await onlyChild(child.pid), "SIGTERM");
    assertEquals((await child.status).code, 143);
  },
);

e2e(
  "edgeboot run passes ignored signals on as PID 1 when it has fetched",
  needsPidNamespace,
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("pic", PICTURE, { entrypoint: { module: "picture" } });
    const script = 'trap "" HUP TERM; exec "$@"';
    const args = [...PID_ONE, "/bin/sh", "-c", script, "sh", BINARY, "run", "pic"];
    for (const start of ["cold", "warm"]) {
      const { stdout, stderr } = await command("unshare", args, {
        ...{ env: sandbox.environment(), clearEnv: true },
      });
      const { pid, status } = JSON.parse(stdout || "{}");
      assertEquals(pid, 1, stderr);
      // HUP, PIPE (Python's own), TERM, XFSZ (Python's own).
      const ordinary = BigInt(`0x${status.SigIgn}`) & 0x7fffffffn;
      assertEquals(ordinary, (1n << 0n) | (1n << 12n) | (1n << 14n) | (1n << 24n), start);
    }
  },
);
