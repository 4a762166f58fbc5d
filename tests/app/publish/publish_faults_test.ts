import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Errno } from "../../../src/host/ports.ts";
import { EdgebootError } from "../../../src/model/errors.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { FaultHost, Killed } from "../../support/fault_host.ts";
import { PutServer } from "../../support/put_server.ts";
import { sweep } from "../../support/sweep.ts";
import { inMemoryDir } from "../../support/temp.ts";
import { assertSound, publishTo, request, treeOf } from "./support.ts";

/** A registry with one release, and the next one to be published. */
async function prepare(dir: string, to: string): Promise<string> {
  const source = new FakeRegistry(`${dir}/source`);
  source.publishHello("1");
  await publishTo(to, request(source.root));
  source.publishHello("2");
  return source.root;
}

/** Which version the channel stands for must be one of the two, and later only the second. */
async function assertGoesOn(from: string, to: string): Promise<void> {
  const before = assertSound(treeOf(to)).get("stable");
  assert(before === "1" || before === "2");
  await publishTo(to, request(from));
  assertEquals(assertSound(treeOf(to)), new Map([["1", "1"], ["2", "2"], ["stable", "2"]]));
}

async function callsOfAll(): Promise<number> {
  return await inMemoryDir(async (dir) => {
    const from = await prepare(dir, `${dir}/to`);
    const faults = new FaultHost(denoHost, below(Infinity, "kill", dir));
    await publishTo(`${dir}/to`, request(from), faults.host);
    return faults.calls.length;
  });
}

function below(at: number, fault: Errno | "kill", dir: string) {
  return { at, with: fault, counts: (_: string, path: string) => path.startsWith(`${dir}/to`) };
}

Deno.test("publish that is killed at any call leaves a sound directory, and goes on", async (t) => {
  const calls = await callsOfAll();
  assert(calls > 40, `only ${calls} calls`);
  for (const at of sweep(calls)) {
    await t.step(`call ${at} of ${calls}`, () =>
      inMemoryDir(async (dir) => {
        const from = await prepare(dir, `${dir}/to`);
        const { host } = new FaultHost(denoHost, below(at, "kill", dir));
        const ended = await publishTo(`${dir}/to`, request(from), host).catch((error) => error);
        // Where the one that notices only tidies up, the work was done.
        assert(ended instanceof Killed || "digest" in ended, String(ended));
        await assertGoesOn(from, `${dir}/to`);
      }));
  }
});

for (const errno of ["ENOSPC", "EACCES", "EIO"] as const) {
  Deno.test(`publish that meets ${errno} at any call says so, and goes on`, async (t) => {
    const calls = await callsOfAll();
    for (const at of sweep(calls)) {
      await t.step(`call ${at} of ${calls}`, () =>
        inMemoryDir(async (dir) => {
          const from = await prepare(dir, `${dir}/to`);
          const { host } = new FaultHost(denoHost, below(at, errno, dir));
          const ended = await publishTo(`${dir}/to`, request(from), host).catch((error) => error);
          if (!("digest" in ended)) {
            assert(ended instanceof EdgebootError, String(ended));
            assert([74, 77].includes(ended.exitCode), ended.code);
          }
          await assertGoesOn(from, `${dir}/to`);
        }));
    }
  });
}

Deno.test("publish to a server that fails from any request on leaves it sound", async (t) => {
  const count = async (failsFrom: number) =>
    await inMemoryDir(async (dir) => {
      let writes = 0;
      let broken = false;
      const answer = ({ method }: Request) =>
        broken && method !== "GET" && method !== "HEAD" && ++writes >= failsFrom
          ? new Response(null, { status: 403 })
          : undefined;
      await using server = new PutServer({ conditional: true, answer });
      const from = await prepare(dir, server.url);
      broken = true;
      const ended = await publishTo(server.url, request(from)).catch((error) => error);
      const tree = new Map([...server.files].map(([path, bytes]) => [path.slice(1), bytes]));
      const stands = assertSound(tree).get("stable");
      if (failsFrom === Infinity) assertEquals(stands, "2");
      else assert(ended instanceof EdgebootError && ended.exitCode === 77, String(ended));
      broken = false;
      await publishTo(server.url, request(from));
      return writes;
    });
  const writes = await count(Infinity);
  // Two layers, the release, two to find out about conditions, version, channel, index.
  assertEquals(writes, 8);
  for (let at = 1; at <= writes; at++) {
    // What is refused while finding out only says that conditions are not looked at.
    if (at === 4 || at === 5) continue;
    await t.step(`write ${at}`, async () => void await count(at));
  }
});
