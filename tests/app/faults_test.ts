import { assert, assertEquals } from "@std/assert";
import { fetchTarget } from "../../src/app/fetch/fetch.ts";
import { toEdgebootError } from "../../src/cli/logger.ts";
import { denoHost } from "../../src/host/deno_host.ts";
import type { Errno, Host } from "../../src/host/ports.ts";
import { tarGzOf } from "../support/bundles.ts";
import { app, fakePython, testContext, testHost } from "../support/context.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { FaultHost, type FaultPlan } from "../support/fault_host.ts";
import { sweep } from "../support/sweep.ts";
import { inMemoryDir, listing } from "../support/temp.ts";

/**
 * One cold fetch of a release with a tar, a tar.gz and a zip application, on a host where one call
 * below the cache goes wrong: for every call there is, and every way to go wrong.
 */
interface Bench {
  readonly cache: string;
  fetch(plan?: FaultPlan): Promise<FaultHost>;
}

function publish(registry: FakeRegistry): string[] {
  const files = { "hello.py": "print(1)\n", "pkg/__init__.py": "", "pkg/sub/data.txt": "x" };
  // PEP 441: a zip of one stored file, made by Python's zipfile.
  const pyz = Uint8Array.from(atob(PYZ), (char) => char.charCodeAt(0));
  registry.publish("hello", "stable", "1", [
    { files },
    { bytes: tarGzOf({ "lib.py": "y".repeat(50_000), "bin/tool": "#!/bin/sh\n" }) },
    { bytes: pyz, fields: { kind: "pyz" } },
  ]);
  return ["bin/tool", "hello.py", "lib.py", "pkg/__init__.py", "pkg/sub/data.txt", "app.pyz"]
    .sort();
}

const PYZ =
  "UEsDBBQAAAAAAAAAIQAGHuE8CQAAAAkAAAALAAAAX19tYWluX18ucHlwcmludCgxKQpQSwECFAMUAAAAAAAAACEABh" +
  "7hPAkAAAAJAAAACwAAAAAAAAAAAAAAgAEAAAAAX19tYWluX18ucHlQSwUGAAAAAAEAAQA5AAAAMgAAAAAA";

function withBench(act: (bench: Bench, files: string[]) => Promise<void>): Promise<void> {
  return inMemoryDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    const files = publish(registry);
    const cache = `${dir}/cache`;
    const { path, commands } = fakePython(dir);
    const fetch = async (plan: FaultPlan = { at: Infinity, with: "kill" }) => {
      const inner: Host = { ...denoHost, commands };
      const counts = (_: string, path: string) => path.startsWith(cache);
      const fault = new FaultHost(inner, { ...plan, counts });
      const flags = { registry: registry.root, cache, python: path };
      try {
        const { context } = await testContext(flags, testHost({}, fault.host).host);
        await fetchTarget(app("hello"), context);
      } catch (error) {
        throw Object.assign(new Error("failed", { cause: error }), { fault });
      }
      return fault;
    };
    await act({ cache, fetch }, files);
  });
}

async function callsOfOneFetch(): Promise<string[]> {
  let calls: string[] = [];
  await withBench(async ({ fetch }) => void (calls = (await fetch()).calls));
  return calls.map((call) => call.replace(/(?<=^\S+ ).*\/cache/, "CACHE"));
}

/** Every visible tree must be whole: the files of all trees, without their digests. */
function visibleFiles(cache: string): string[][] {
  const trees = `${cache}/v1/trees/sha256`;
  return listing(trees).filter((line) => /^[0-9a-f]{64}\/ /.test(line)).map((line) =>
    listing(`${trees}/${line.slice(0, 64)}`).map((file) => file.split(" ")[0]!)
      .filter((file) => !file.endsWith("/"))
  );
}

const WHOLE = [["app.pyz"], ["bin/tool", "lib.py"], [
  "hello.py",
  "pkg/__init__.py",
  "pkg/sub/data.txt",
]];

function assertOnlyWholeTrees(cache: string, place: string): void {
  for (const files of visibleFiles(cache)) {
    const whole = WHOLE.some((tree) => tree.join() === files.join());
    assert(whole, `${place}: an incomplete tree is visible: ${files.join(" ")}`);
  }
}

/** Otherwise the last release could not start any more while the registry is down. */
function assertRefsStandForReleases(cache: string, place: string): void {
  const files = (path: string) =>
    listing(`${cache}/v1/${path}`).filter((line) => line.includes(".json "));
  if (files("refs").length === 0) return;
  assertEquals(files("releases").length, 1, `${place}: a ref without its release`);
}

const EXPECTED: Partial<Record<Errno, readonly number[]>> = {
  ENOSPC: [74],
  EIO: [74],
  // No look at a file ends so; then it is read as any other broken disk.
  EROFS: [73, 74],
  // Looking at the cache is not writing to it: a tree that may not be seen is 77.
  EACCES: [73, 77],
};

/** What is left of a work or a download that has ended. */
const CLEANING = /^(removeTree|remove .*(?:\.lock$|\/(?:partials|work|locks)\/))/;

/** Records and interpreters' answers are hints, and what is left of a work is unreachable. */
function mayFailUnheard(calls: readonly string[], at: number): boolean {
  const before = calls.slice(0, at);
  const begun = before.some((call) => /^makeDir .*\/trees\/sha256$/.test(call));
  const published = before.slice(0, -1).filter((call) => /^syncDir .*\/trees\//.test(call)).length;
  const last = before.at(-1)!;
  // Locks only save double work.
  if (/^\S+ .*\/(?:locks|leases)(?:\/|$)|\.lock$/.test(last)) return true;
  return !begun || published === WHOLE.length || CLEANING.test(last);
}

for (const errno of ["ENOSPC", "EIO", "EACCES", "EROFS"] as const) {
  Deno.test(`fetchTarget shows no incomplete tree when any one call ends in ${errno}`, async () => {
    const calls = await callsOfOneFetch();
    for (const at of sweep(calls.length)) {
      await withBench(async ({ cache, fetch }, files) => {
        const { fault, cause } = await fetch({ at, with: errno })
          .then((fault) => ({ fault, cause: undefined }), (failed) => failed);
        const place = `call ${at} of ${calls.length}, ${fault.calls[at - 1]}, ${errno}`;
        assertOnlyWholeTrees(cache, place);
        assertRefsStandForReleases(cache, place);
        // Only what writes can meet a read-only file system.
        const impossible = errno === "EROFS" &&
          /^(?:l?stat|read|openRead|seek)/.test(fault.calls[at - 1]);
        if (cause !== undefined && !impossible) {
          const error = toEdgebootError(cause);
          assert(EXPECTED[errno]!.includes(error.exitCode), `${place}: ${error.code}: ${error}`);
        } else if (!impossible) {
          // Root without capabilities is told so, and goes on as everybody else does.
          const other = errno === "EACCES" && /^rename .*\/trees\//.test(fault.calls[at - 1]);
          assert(other || mayFailUnheard(fault.calls, at), `${place}: nobody noticed`);
        }
        const couldNotClean = CLEANING.test(fault.calls[at - 1]);
        if (!couldNotClean) assertEquals(listing(`${cache}/v1/work`), [], place);
        await fetch();
        assertEquals(visibleFiles(cache).flat().sort(), files, place);
      });
    }
    assert(calls.length > 40, `only ${calls.length} calls`);
  });
}

Deno.test("fetchTarget shows no incomplete tree when it is killed at any call", async () => {
  const calls = await callsOfOneFetch();
  const places = sweep(calls.length);
  let killed = 0;
  for (const at of places) {
    await withBench(async ({ cache, fetch }, files) => {
      await fetch({ at, with: "kill" }).catch(() => killed++);
      const place = `call ${at} of ${calls.length}, ${calls[at - 1]}`;
      assertOnlyWholeTrees(cache, place);
      await fetch();
      assertEquals(visibleFiles(cache).flat().sort(), files, place);
    });
  }
  assert(killed > places.length * 0.9, `killed ${killed} times in ${places.length} calls`);
});

Deno.test("fetchTarget syncs a tree before it becomes visible, and its name afterwards", async () => {
  const calls = await callsOfOneFetch();
  const index = (call: RegExp) => calls.findIndex((made) => call.test(made));
  const sync = index(/^syncFileSystem /);
  const rename = index(/^rename CACHE\/v1\/trees\/sha256\/[0-9a-f]{64}$/);
  assert(sync >= 0 && sync < rename, calls.join("\n"));
  assertEquals(calls[rename + 1], "syncDir CACHE/v1/trees/sha256");
});
