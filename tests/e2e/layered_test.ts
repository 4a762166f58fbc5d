import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { e2e } from "./support/e2e.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";
import { depsLayer, needsWheels, WEB_APP } from "./support/wheels.ts";

/** A release of an app layer above a deps layer of real wheels, in the full form. */
async function publishShop(sandbox: Sandbox): Promise<{ app: string; deps: string }> {
  const app = await sandbox.blob(await sandbox.archive(WEB_APP, "tar.gz"));
  const deps = await sandbox.blob(await depsLayer("tar.zst"));
  await sandbox.release("shop", "stable", {
    schema: "edgeboot.release/v1",
    ...{ app: "shop", version: "1.4.2", created: "2026-11-20T10:00:00Z" },
    python: `>=${PYTHON.version}`,
    entrypoints: {
      default: { module: "uvicorn", args: ["shop.asgi:app", "--log-level", "warning"] },
      check: { callable: "shop.check:main" },
    },
    variants: [{
      ...{ python_tag: "cp36", abi: "cp36m", platform: "any" },
      layers: [{ kind: "app", sha256: "0".repeat(64) }],
    }, {
      ...{ python_tag: PYTHON.tag, abi: PYTHON.tag, platform: `linux_${PYTHON.machine}` },
      layers: [
        { kind: "app", ...app, python_paths: ["."] },
        { kind: "deps", ...deps, python_paths: ["."] },
      ],
    }],
  });
  return { app: app.sha256, deps: deps.sha256 };
}

interface Answered {
  readonly total: number;
  readonly pid: number;
  readonly path: string[];
  readonly argv: string[];
}

/** Starts the shop, asks it once, ends it with SIGTERM. */
async function callShop(sandbox: Sandbox, registry: string) {
  const port = freePort();
  const child = new Deno.Command(BINARY, {
    args: ["run", "shop", "--port", String(port)],
    env: sandbox.environment({ registry }),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let answer: Answered | undefined;
  try {
    answer = await askTotal(port);
  } finally {
    child.kill("SIGTERM");
  }
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { answer, pid: child.pid, code, stdout: text(stdout), stderr: text(stderr), port };
}

async function askTotal(port: number): Promise<Answered> {
  const body = JSON.stringify({ prices: [1.5, 2.25, 4] });
  const headers = { "content-type": "application/json" };
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const url = `http://127.0.0.1:${port}/total`;
      const response = await fetch(url, { method: "POST", headers, body });
      return await response.json();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

e2e(
  "edgeboot run serves a layered web app with native wheels when it starts cold over HTTP, then warm",
  needsWheels,
  async () => {
    await using sandbox = await Sandbox.create();
    const { app, deps } = await publishShop(sandbox);
    await using server = new StaticServer(sandbox.registry);

    const cold = await callShop(sandbox, server.url);
    assertEquals(cold.answer?.total, 7.75);
    assertEquals(cold.answer?.pid, cold.pid, "exec keeps the PID");
    assertMatch(cold.stderr, /^edgeboot: shop@stable: fetching 2 layers, .+\n/);
    assertMatch(cold.stderr, /\nedgeboot: shop@stable: ready in .+ fetched, .+ unpacked\)\n$/);
    assertEquals(cold.stdout, "");
    const blobs = [app, deps].map((digest) => `/blobs/sha256/${digest}`);
    assertEquals(server.paths.toSorted(), ["/apps/shop/stable.json", ...blobs].toSorted());

    server.forget();
    const warm = await callShop(sandbox, server.url);
    assertEquals(warm.answer?.total, 7.75);
    assertEquals(warm.answer?.pid, warm.pid);
    assertEquals([warm.stdout, warm.stderr], ["", ""], "a warm start says nothing");
    assertEquals(server.requests.map(({ path, status }) => [path, status]), [
      ["/apps/shop/stable.json", 304],
    ]);

    const tree = `${sandbox.cache}/v1/trees/sha256/${app}`;
    // uvicorn itself puts its --app-dir, "" by default, in front.
    assertEquals(warm.answer!.path[0], "");
    const path = warm.answer!.path.slice(1);
    assertEquals(path[0], tree, "the app, and nothing before it");
    const own = path.slice(1).filter((entry) => entry.startsWith(sandbox.root));
    assertEquals(own.map((entry) => entry.replace(/[0-9a-f]{64}/, "KEY")), [
      `${sandbox.cache}/v1/environments/KEY/lib/python${PYTHON.version}/site-packages`,
    ]);
    assertStringIncludes(warm.answer!.argv[0]!, "uvicorn");
    assertEquals(warm.answer!.argv.slice(1), [
      ...["shop.asgi:app", "--log-level", "warning"],
      ...["--port", String(warm.port)],
    ]);
  },
);

e2e(
  "edgeboot run starts another entry point of the release when --entry names it",
  needsWheels,
  async () => {
    await using sandbox = await Sandbox.create();
    await publishShop(sandbox);
    const { code, stdout, stderr } = await sandbox.edgeboot([
      ...["run", "--entry", "check", "shop", "-x", "--", "y"],
    ]);
    assertEquals([code, JSON.parse(stdout || "{}")], [
      0,
      { total: 7.75, args: ["-x", "--", "y"], flags: true },
    ], stderr);
  },
);
