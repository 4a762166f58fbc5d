import { assert, assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { e2e } from "../support/e2e.ts";
import { needsPidNamespace, onlyChild, PID_ONE, until } from "../support/pid_one.ts";
import { Sandbox } from "../support/sandbox.ts";

/** Modules of which each takes a compiler seconds: together longer than a test waits for processes to end. */
const SLOW = Array.from({ length: 60_000 }, (_, n) => `x${n} = [${n}, {"a": (${n}, x)}]\n`).join(
  "",
);
const DEPS = Object.fromEntries(
  Array.from({ length: 12 }, (_, n) => [`slow/module${n}.py`, SLOW]),
);

/** Every process below one, by the numbers that they have here. */
function below(pid: number): number[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    const children = text === "" ? [] : text.split(" ").map(Number);
    return children.flatMap((child) => [child, ...below(child)]);
  } catch {
    return [];
  }
}

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

async function slowApp(): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.blob(await sandbox.archive(DEPS));
  await sandbox.publish("web", { "web.py": "print('up')\n" }, {});
  const { layers: [app] } = JSON.parse(
    await Deno.readTextFile(`${sandbox.registry}/apps/web/stable.json`),
  );
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", entrypoint: { module: "web" } },
    layers: [app, { sha256, kind: "deps" }],
  });
  return sandbox;
}

/** edgeboot, the Python that compiles for it, and what that has forked. */
const LEAST_PROCESSES = 2;

async function startsUnaided(sandbox: Sandbox): Promise<void> {
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals([code, stdout], [0, "up\n"], stderr);
}

for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
  Deno.test(`edgeboot fetch takes its compiling Pythons along when ${signal} ends it`, async () => {
    await using sandbox = await slowApp();
    const child = new Deno.Command(BINARY, {
      args: ["fetch", "web"],
      ...{ env: sandbox.environment(), clearEnv: true },
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    let pythons: number[] = [];
    await until("Pythons compile", () => {
      pythons = below(child.pid);
      return pythons.length >= LEAST_PROCESSES;
    });
    const sent = performance.now();
    child.kill(signal);
    assertEquals((await child.status).signal, signal);
    const took = performance.now() - sent;
    assert(took < 1000, `it took ${took} ms to end`);
    await until("no Python is left", () => !pythons.some(isThere));
    await startsUnaided(sandbox);
  });
}

e2e(
  "edgeboot fetch ends at once as PID 1 when SIGTERM comes while Pythons compile",
  needsPidNamespace,
  async () => {
    await using sandbox = await slowApp();
    const child = new Deno.Command("unshare", {
      args: [...PID_ONE, BINARY, "fetch", "web"],
      ...{ env: sandbox.environment(), clearEnv: true },
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    let init = 0;
    await until("Pythons compile", () => {
      [init = 0] = below(child.pid);
      return below(init).length >= LEAST_PROCESSES;
    });
    assertEquals(init, await onlyChild(child.pid));
    const sent = performance.now();
    Deno.kill(init, "SIGTERM");
    assertEquals((await child.status).code, 143);
    const took = performance.now() - sent;
    assert(took < 1000, `it took ${took} ms to end`);
    await startsUnaided(sandbox);
  },
);
