import { assert, assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command } from "../support/command.ts";
import { e2e } from "../support/e2e.ts";
import { needsPidNamespace, onlyChild, PID_ONE, until } from "../support/pid_one.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const HEX = "0".repeat(64);
const MEBIBYTE = 1024 ** 2;

/** What edgeboot is doing when the signal comes. */
interface Doing {
  readonly name: string;
  prepare(sandbox: Sandbox): Promise<Asked> | Asked;
}

interface Asked extends Partial<AsyncDisposable> {
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  seen(): boolean;
}

/** A server that takes connections and says nothing. */
function silent(): AsyncDisposable & { readonly url: string; readonly connections: unknown[] } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) connections.push(connection);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    connections,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      connections.forEach((connection) => connection.close());
    },
  };
}

function filesBelow(path: string, least: number): boolean {
  try {
    return [...Deno.readDirSync(path)].some((entry) =>
      entry.isDirectory
        ? filesBelow(`${path}/${entry.name}`, least)
        : Deno.statSync(`${path}/${entry.name}`).size >= least
    );
  } catch {
    return false;
  }
}

/** A file of zeros that takes no room, and whose copy and digest take seconds. */
async function sparse(sandbox: Sandbox): Promise<string> {
  const path = sandbox.path("files", "zeros");
  await Deno.writeTextFile(path, "");
  await Deno.truncate(path, 4096 * MEBIBYTE);
  return path;
}

async function zeros(sandbox: Sandbox, mebibytes: number): Promise<string> {
  const path = sandbox.path("files", "zeros.zip");
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    info = zipfile.ZipInfo("big.bin")
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as out:
        for _ in range(int(sys.argv[2])): out.write(bytes(1 << 20))
import hashlib; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())`;
  const { stdout } = await command(PYTHON.path, ["-c", script, path, String(mebibytes)], {});
  return stdout.trim();
}

const DOINGS: readonly Doing[] = [
  {
    name: "waits for a server's answer",
    prepare() {
      const server = silent();
      return {
        args: ["run", "web"],
        env: { EDGEBOOT_REGISTRY: server.url },
        seen: () => server.connections.length > 0,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  },
  {
    name: "copies and hashes a large file",
    async prepare(sandbox) {
      const path = await sparse(sandbox);
      return {
        args: ["run", "--bundle", path, "--sha256", HEX],
        seen: () => filesBelow(`${sandbox.cache}/v1/partials`, 8 * MEBIBYTE),
      };
    },
  },
  {
    name: "unpacks a large file",
    async prepare(sandbox) {
      const sha256 = await zeros(sandbox, 768);
      await sandbox.release("large", "stable", {
        ...{ schema: "edgeboot.release/v1", app: "large", version: "1" },
        layers: [{ sha256, url: "../../../files/zeros.zip", unpacked_size: 2048 * MEBIBYTE }],
      });
      return {
        args: ["run", "large"],
        seen: () => filesBelow(`${sandbox.cache}/v1/work`, 8 * MEBIBYTE),
      };
    },
  },
  {
    name: "asks an interpreter",
    async prepare(sandbox) {
      const [path, asked] = [sandbox.path("files", "python3"), sandbox.path("files", "asked")];
      await Deno.writeTextFile(path, `#!/bin/sh\n: > ${asked}\nexec sleep 30\n`);
      await Deno.chmod(path, 0o755);
      return {
        args: ["run", "web"],
        env: { EDGEBOOT_PYTHON: path },
        seen: () => filesBelow(sandbox.path("files"), 0) && exists(asked),
      };
    },
  },
];

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const SIGNALS = [["SIGTERM", 143], ["SIGINT", 130], ["SIGQUIT", 131]] as const;

for (const [index, { name, prepare }] of DOINGS.entries()) {
  // The handler is one for all of them.
  for (const [signal, code] of index === 0 ? SIGNALS : SIGNALS.slice(0, 1)) {
    e2e(
      `edgeboot ends at once as PID 1 when ${signal} comes while it ${name}`,
      needsPidNamespace,
      async () => {
        await using sandbox = await Sandbox.create();
        await sandbox.publish("web", { "web.py": "print('up')\n" }, {
          entrypoint: { module: "web" },
        });
        const asked = await prepare(sandbox);
        try {
          const child = new Deno.Command("unshare", {
            args: [...PID_ONE, BINARY, ...asked.args],
            ...{ env: sandbox.environment({ env: asked.env ?? {} }), clearEnv: true },
            ...{ stdin: "null", stdout: "null", stderr: "null" } as const,
          }).spawn();
          await until(name, asked.seen);
          const sent = performance.now();
          Deno.kill(await onlyChild(child.pid), signal);
          assertEquals((await child.status).code, code);
          const took = performance.now() - sent;
          assert(took < 1000, `it took ${took} ms to end`);
        } finally {
          await asked[Symbol.asyncDispose]?.();
        }
        const next = await sandbox.edgeboot(["run", "web"]);
        assertEquals([next.code, next.stdout], [0, "up\n"], next.stderr);
      },
    );
  }
}

/** Runs a shell as the child of `edgeboot exec --spawn`, which is PID 1. */
async function asInit(script: string, env: Record<string, string> = {}) {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("m", { "m.py": "" });
  assertEquals((await sandbox.edgeboot(["fetch", "m"])).code, 0);
  const args = [...PID_ONE, BINARY, "exec", "--spawn", "m", "/bin/sh", "-c", script];
  return await command("unshare", args, { env: sandbox.environment({ env }), clearEnv: true });
}

e2e(
  "edgeboot exec --spawn ends as PID 1 with 128 and the child's signal",
  needsPidNamespace,
  async () => {
    const codes = { TERM: 143, INT: 130, KILL: 137, SEGV: 139, USR1: 138, HUP: 129 };
    for (const [signal, code] of Object.entries(codes)) {
      assertEquals((await asInit(`kill -${signal} $$`)).code, code, signal);
    }
  },
);

e2e(
  "edgeboot exec --spawn ends as PID 1 with the child's own code",
  needsPidNamespace,
  async () => {
    for (const code of [0, 1, 255]) assertEquals((await asInit(`exit ${code}`)).code, code);
  },
);

e2e("edgeboot exec --spawn takes the status of orphans as PID 1", needsPidNamespace, async () => {
  const { stdout, stderr } = await asInit(`
    for n in 1 2 3; do (sh -c 'exit 3' & exec true); (sh -c 'sleep 0.2 & exit 0'); done
    sleep 1
    cat /proc/[0-9]*/stat | grep -c ' Z '`);
  assertEquals(stdout.trim(), "0", stderr);
});

e2e(
  "edgeboot exec --spawn keeps secrets out of its own /proc entries",
  needsPidNamespace,
  async () => {
    const script = "cat /proc/1/environ /proc/1/cmdline; cat /proc/self/environ";
    const { stdout, stderr } = await asInit(script, {
      EDGEBOOT_TOKEN: "CANARY1",
      EDGEBOOT_CONFIG: "",
      KEPT: "kept",
    });
    assert(stdout.includes("KEPT=kept") && !stdout.includes("CANARY"), stdout + stderr);
  },
);
