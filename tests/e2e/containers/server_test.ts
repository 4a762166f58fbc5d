import { assert, assertEquals, assertMatch } from "@std/assert";
import { askIn, type Container } from "../support/containers.ts";
import { e2e, firstOf } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { depsLayer, needsWheels } from "../support/wheels.ts";
import { at } from "./scenarios.ts";
import { needsUnshare, Pod } from "./pod.ts";
import { needsContainers, World } from "./world.ts";

/** The wheels are for the interpreter of the tests, and Debian 12 has this one. */
const needsServer = firstOf(
  needsContainers,
  needsUnshare,
  PYTHON.version === "3.11" ? undefined : `the wheels here are for Python ${PYTHON.version}`,
  needsWheels,
);

/** A web app with an answer that takes a while, and a clean end that it tells. */
const WEB = {
  "web.py": `
import asyncio, contextlib, os, sys
import numpy
from fastapi import FastAPI

@contextlib.asynccontextmanager
async def lifespan(app):
    yield
    print("shut down", flush=True)

app = FastAPI(lifespan=lifespan)

@app.get("/")
async def who():
    return {"pid": os.getpid(), "uid": os.getuid(), "sum": int(numpy.arange(5).sum())}

@app.get("/slow")
async def slow():
    print("slow begins", flush=True)
    await asyncio.sleep(0.3)
    return "drained"

@app.get("/leave/{code}")
async def leave(code: int):
    os._exit(code)
`,
};

async function publishWeb({ sandbox }: World): Promise<void> {
  const app = await sandbox.blob(await sandbox.archive(WEB, "tar"));
  const deps = await sandbox.blob(await depsLayer("tar.zst"));
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", python: ">=3.11,<3.12" },
    entrypoints: { default: { module: "uvicorn", args: ["web:app"] } },
    variants: [{
      ...{ python_tag: PYTHON.tag, abi: PYTHON.tag, platform: `linux_${PYTHON.machine}` },
      layers: [{ kind: "app", ...app }, { kind: "deps", ...deps }],
    }],
  });
}

const ARGS = ["web", "--port", "8000", "--log-level", "warning"];

async function answered(container: Container, port = 8000): Promise<number> {
  assertEquals(JSON.parse(await container.ask(port, "/")), { pid: 1, uid: 10001, sum: 10 });
  return Date.now() - container.began;
}

e2e("uvicorn in a container", needsServer, async (t) => {
  await using world = await World.create();
  await publishWeb(world);
  const mounts = [at(await world.volume())];

  await t.step("is PID 1 and answers, cold and warm", async () => {
    for (const kind of ["cold", "warm"]) {
      await using container = await world.start(ARGS, { mounts });
      console.log(`    ${kind}: ${await answered(container)} ms from runc to the first answer`);
    }
  });

  await t.step("answers what it was asked before SIGTERM, shuts down and ends with 0", async () => {
    await using container = await world.start(ARGS, { mounts });
    await answered(container);
    const slow = container.ask(8000, "/slow");
    await container.said("slow begins");
    const began = Date.now();
    await container.kill("TERM");
    const { code, stdout } = await container.ended;
    console.log(`    SIGTERM to end: ${Date.now() - began} ms, 300 ms of them a request's`);
    assertEquals(await slow, '"drained"');
    assertEquals(code, 0);
    assertMatch(stdout, /shut down\n$/);
  });

  await t.step("passes its exit code on", async () => {
    for (const code of [0, 3, 200]) {
      await using container = await world.start(ARGS, { mounts });
      await answered(container);
      await container.ask(8000, `/leave/${code}`).catch(() => {});
      assertEquals((await container.ended).code, code);
    }
  });

  await t.step(
    "is stopped at once by SIGTERM while it is fetched, and leaves no work",
    async () => {
      await using pod = await Pod.start(world.sandbox.registry, { bytesPerSecond: 100_000 });
      const cache = await world.volume();
      await using container = await world.start(ARGS, {
        ...{ networkOf: pod.pid, env: { EDGEBOOT_REGISTRY: pod.url }, mounts: [at(cache)] },
      });
      const asked = async () => (await pod.requests()).some((path) => path.includes("/blobs/"));
      while (!await asked()) await new Promise((done) => setTimeout(done, 10));
      const began = Date.now();
      await container.kill("TERM");
      const { code } = await container.ended;
      console.log(`    SIGTERM while fetching to end: ${Date.now() - began} ms`);
      assertEquals(code, 143);
      assertEquals([...Deno.readDirSync(`${cache}/v1/trees/sha256`)], []);
    },
  );

  await t.step("starts 20 times at once on one empty volume and downloads once", async () => {
    await using pod = await Pod.start(world.sandbox.registry);
    const shared = [at(await world.volume())];
    await using stack = new AsyncDisposableStack();
    const began = Date.now();
    const ports = Array.from({ length: 20 }, (_, i) => 8000 + i);
    const containers = await Promise.all(ports.map(async (port) => {
      const args = ["web", "--port", `${port}`, "--log-level", "warning"];
      return stack.use(
        await world.start(args, {
          ...{ networkOf: pod.pid, env: { EDGEBOOT_REGISTRY: pod.url }, mounts: shared },
        }),
      );
    }));
    await Promise.all(ports.map((port) => askIn(pod.pid, port, "/")));
    console.log(`    20 answer after ${Date.now() - began} ms`);
    const blobs = (await pod.requests()).filter((path) => path.includes("/blobs/"));
    assertEquals(blobs.length, 2, "each of the two layers was asked for once");
    await Promise.all(containers.map((container) => container.kill("TERM")));
    const codes = await Promise.all(containers.map(async ({ ended }) => (await ended).code));
    assert(codes.every((code) => code === 0), `${codes}`);
  });
});
