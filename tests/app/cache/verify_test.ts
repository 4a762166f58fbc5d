import { assert, assertEquals } from "@std/assert";
import { fetchTarget } from "../../../src/app/fetch/fetch.ts";
import { type Checked, verifyCache } from "../../../src/app/cache/verify.ts";
import { toEdgebootError } from "../../../src/cli/logger.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Context } from "../../../src/app/context.ts";
import type { Host } from "../../../src/host/ports.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { noise, tarGzOf } from "../../support/bundles.ts";
import { app, fakePython, testContext, testHost } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { FaultHost, type FaultPlan } from "../../support/fault_host.ts";
import { sweep } from "../../support/sweep.ts";
import { inMemoryDir, listing } from "../../support/temp.ts";

const EVERYTHING = { appRef: undefined, force: false };

interface Bench {
  readonly cache: string;
  context(plan?: FaultPlan): Promise<{ context: Context; fault: FaultHost }>;
}

function withBench(act: (bench: Bench) => Promise<void>): Promise<void> {
  return inMemoryDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    registry.publish("hello", "stable", "1", [
      {
        files: { "hello.py": "print(1)\n", "pkg/__init__.py": "", "pkg/data.txt": noise(300_000) },
      },
      { bytes: tarGzOf({ "lib.py": "y".repeat(50_000), "bin/tool": "#!/bin/sh\n" }) },
    ]);
    const cache = `${dir}/cache`;
    const { path, commands } = fakePython(dir);
    await act({
      cache,
      async context(plan = { at: Infinity, with: "kill" }) {
        // The kernel frees the locks of a process that dies; this one only plays dead.
        const tryLock = () => "unsupported" as const;
        const inner: Host = { ...denoHost, commands, locks: { ...denoHost.locks, tryLock } };
        const counts = (_: string, path: string) => path.startsWith(cache);
        const fault = new FaultHost(inner, { ...plan, counts });
        const flags = { registry: registry.root, cache, python: path };
        const { context } = await testContext(flags, testHost({}, fault.host).host);
        return { context, fault };
      },
    });
  });
}

async function verified({ context }: Bench): Promise<Checked[]> {
  return await verifyCache(EVERYTHING, (await context()).context);
}

const ALL_SOUND = ["release sound", "tree sound", "tree sound", "environment sound"];

Deno.test("verifyCache finds everything sound after a fetch", () =>
  withBench(async (bench) => {
    const { context } = await bench.context();
    await fetchTarget(app("hello"), context);
    const checked = await verified(bench);
    assertEquals(checked.map(({ kind, state }) => `${kind} ${state}`), ALL_SOUND);
    assertEquals(checked.map(({ files }) => files).sort(), [0, 1, 2, 3]);
    const one = await verifyCache({ appRef: parseAppRef("hello"), force: false }, context);
    assertEquals(one.length, 4);
  }));

/**
 * The contract of the disk: whatever call of a fetch fails or is the last, each visible tree has its record
 * and is what the record says, and the next fetch brings what is missing.
 */
for (const fault of ["kill", "ENOSPC", "EIO"] as const) {
  Deno.test(`verifyCache finds no tree damaged or without record when any call meets ${fault}`, async () => {
    let calls: string[] = [];
    await withBench(async (bench) => {
      const { context, fault } = await bench.context();
      await fetchTarget(app("hello"), context);
      calls = fault.calls;
    });
    const places = sweep(calls.length);
    let stopped = 0;
    for (const at of places) {
      await withBench(async (bench) => {
        const { context, fault: host } = await bench.context({ at, with: fault });
        await fetchTarget(app("hello"), context).catch((error) => {
          stopped++;
          if (fault !== "kill") assertEquals(toEdgebootError(error).exitCode, 74, String(error));
        });
        const place = `${fault} at call ${at}, ${host.calls[at - 1]}`;
        const states = (await verified(bench)).map(({ state }) => state);
        assert(states.every((state) => state === "sound"), `${place}: ${states}`);
        await fetchTarget(app("hello"), (await bench.context()).context);
        assertEquals(
          (await verified(bench)).map(({ state }) => state),
          Array(4).fill("sound"),
          place,
        );
      });
    }
    assert(stopped > places.length / 4, `${stopped} of ${places.length} calls`);
  });
}

Deno.test("fetchTarget leaves neither work nor partial blob when it succeeds", () =>
  withBench(async (bench) => {
    await fetchTarget(app("hello"), (await bench.context()).context);
    assertEquals(listing(`${bench.cache}/v1/work`), []);
    assertEquals(listing(`${bench.cache}/v1/partials`), []);
  }));

Deno.test("fetchTarget writes lease and record before a tree becomes visible, the ref last", () =>
  withBench(async (bench) => {
    const { context, fault } = await bench.context();
    await fetchTarget(app("hello"), context);
    const calls = fault.mutations.map((call) => call.replace(`${bench.cache}/v1`, "V1"));
    const last = (pattern: RegExp) => calls.findLastIndex((call) => pattern.test(call));
    const tree = calls.findIndex((call) => /^rename V1\/trees\//.test(call));
    const digest = /[0-9a-f]{64}/.exec(calls[tree]!)![0];
    const of = (pattern: string) => calls.findIndex((call) => call === `${pattern}${digest}`);
    const lease = of("writeNewFile V1/leases/sha256/");
    const record = calls.indexOf(`rename V1/records/sha256/${digest}.jsonl`);
    const sync = calls.findLastIndex((call, at) => at < tree && call.startsWith("syncFileSystem"));
    assert(lease >= 0 && lease < record && record < sync && sync < tree, calls.join("\n"));
    const [trees, release, ref] = [
      /^rename V1\/trees\//,
      /^rename V1\/releases\//,
      /^rename V1\/refs\//,
    ]
      .map(last);
    assert(trees! < release! && release! < ref!, calls.join("\n"));
  }));
