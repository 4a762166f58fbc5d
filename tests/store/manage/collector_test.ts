import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Lock } from "../../../src/host/ports.ts";
import { Collector } from "../../../src/store/manage/collector.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { takeLease } from "../../../src/store/lease.ts";
import { listUsage } from "../../../src/store/manage/usage.ts";
import { sha256 } from "../../support/bundles.ts";
import { FaultHost } from "../../support/fault_host.ts";
import { afterFirstLock, isLocked, replaceLocked } from "../../support/locks.ts";
import { LockHolder } from "../../support/lock_holder.ts";
import { sweep } from "../../support/sweep.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("layer");

function withTree(act: (layout: CacheLayout) => Promise<void> | void): Promise<void> {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(`${layout.tree(DIGEST)}/pkg`, { recursive: true });
    Deno.writeTextFileSync(`${layout.tree(DIGEST)}/pkg/a.py`, "12345", { mode: 0o444 });
    Deno.chmodSync(`${layout.tree(DIGEST)}/pkg`, 0o555);
    Deno.chmodSync(layout.tree(DIGEST), 0o555);
    Deno.mkdirSync(layout.leases, { recursive: true });
    Deno.mkdirSync(layout.works, { recursive: true });
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    await act(layout);
  });
}

const isThere = (layout: CacheLayout) => denoHost.fs.lstat(layout.tree(DIGEST)) !== undefined;

Deno.test("Collector.remove takes tree, lease and record away, and leaves no work behind", () =>
  withTree((layout) => {
    Deno.mkdirSync(layout.record(DIGEST).replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(layout.record(DIGEST), "{}");
    const collector = new Collector(layout, denoHost);
    assertEquals(collector.remove(DIGEST), { kind: "removed" });
    assert(!isThere(layout));
    collector.emptyTrash(Infinity);
    assertEquals(listing(layout.root).filter((line) => !line.includes("/ ")), []);
  }));

for (const mode of ["shared", "exclusive"] as const) {
  Deno.test(`Collector.remove keeps a tree whose lease another process has locked ${mode}`, () =>
    withTree(async (layout) => {
      await using holder = await LockHolder.hold(layout.lease(DIGEST), mode);
      const collector = new Collector(layout, denoHost);
      assertEquals(collector.remove(DIGEST), { kind: "held", hold: "in-use" });
      assert(isThere(layout));
      const [usage] = listUsage(layout, denoHost);
      assertEquals([usage!.hold, usage!.pids], ["in-use", [holder.pid]]);
    }));
}

Deno.test("Collector.remove keeps a tree when its lease is another file than the one that it locked", () =>
  withTree((layout) => {
    let starter: Lock | undefined;
    const host = afterFirstLock((path) => starter = replaceLocked(path));
    const collector = new Collector(layout, host);
    assertEquals(collector.remove(DIGEST), { kind: "held", hold: "in-use" });
    assert(isThere(layout) && isLocked(layout.lease(DIGEST)));
    starter!.release();
  }));

Deno.test("Collector.remove keeps a tree without a lease", () =>
  withTree((layout) => {
    Deno.removeSync(layout.lease(DIGEST));
    const collector = new Collector(layout, denoHost);
    assertEquals(collector.remove(DIGEST), { kind: "held", hold: "no-lease" });
    assert(isThere(layout));
  }));

Deno.test("Collector.remove keeps a tree when this file system has no locks", () =>
  withTree((layout) => {
    const locks = { tryLock: () => "unsupported" as const, holders: () => undefined };
    const collector = new Collector(layout, { ...denoHost, locks });
    assertEquals(collector.remove(DIGEST), { kind: "held", hold: "no-locks" });
    assert(isThere(layout));
    assertEquals(listUsage(layout, { ...denoHost, locks })[0]!.hold, "no-locks");
  }));

for (const expected of ["no-lease", "no-locks"] as const) {
  Deno.test(`Collector.remove takes a tree away with ${expected} where the plan expects that`, () =>
    withTree((layout) => {
      const locks = { tryLock: () => "unsupported" as const, holders: () => undefined };
      const host = expected === "no-locks" ? { ...denoHost, locks } : denoHost;
      if (expected === "no-lease") Deno.removeSync(layout.lease(DIGEST));
      const collector = new Collector(layout, host);
      const other = expected === "no-lease" ? "no-locks" : "no-lease";
      assertEquals(collector.remove(DIGEST, other), { kind: "held", hold: expected });
      assertEquals(collector.remove(DIGEST, expected), { kind: "removed" });
      collector.emptyTrash(Infinity);
      assertEquals(listing(layout.root).filter((line) => !line.includes("/ ")), []);
    }));
}

Deno.test("takeLease records the use of an old lease when this file system has no locks", () =>
  withTree(async (layout) => {
    const locks = { tryLock: () => "unsupported" as const, holders: () => undefined };
    Deno.utimeSync(layout.lease(DIGEST), 1000, 1000);
    assertEquals(await takeLease(layout.lease(DIGEST), { ...denoHost, locks }), undefined);
    assert(Date.now() - listUsage(layout, { ...denoHost, locks })[0]!.lastUsedAt < 60_000);
  }));

Deno.test("Collector.remove keeps a tree that a process without descriptors has on its path", () =>
  withTree(async (layout) => {
    const daemon = new Deno.Command("sleep", {
      args: ["60"],
      env: { PYTHONPATH: `/elsewhere/v1/trees/sha256/${DIGEST}` },
    }).spawn();
    try {
      // Not at once: the environment is there after exec.
      await new Promise((done) => setTimeout(done, 200));
      const collector = new Collector(layout, denoHost);
      assertEquals(collector.remove(DIGEST), { kind: "held", hold: "in-use" });
      assertEquals(listUsage(layout, denoHost)[0]!.pids, [daemon.pid]);
    } finally {
      daemon.kill("SIGKILL");
      await daemon.status;
    }
  }));

Deno.test("takeLease makes no lease where there is none, unless the layer is to be fetched", () =>
  withTree(async (layout) => {
    Deno.removeSync(layout.leases, { recursive: true });
    assertEquals(await takeLease(layout.lease(DIGEST), denoHost), undefined);
    assertEquals(denoHost.fs.lstat(layout.leases), undefined);
    const lease = await takeLease(layout.lease(DIGEST), denoHost, { create: true });
    assertEquals(new Collector(layout, denoHost).remove(DIGEST).kind, "held");
    lease!.release();
    assertEquals(new Collector(layout, denoHost).remove(DIGEST).kind, "removed");
  }));

Deno.test("takeLease looks again when the collector has just removed the lease", () =>
  withTree(async (layout) => {
    let replaced = false;
    const locks = {
      ...denoHost.locks,
      tryLock: (...args: Parameters<typeof denoHost.locks.tryLock>) => {
        const lock = denoHost.locks.tryLock(...args);
        // Between the starter's open and its look at the path.
        if (!replaced) {
          replaced = true;
          Deno.removeSync(layout.lease(DIGEST));
        }
        return lock;
      },
    };
    assertEquals(await takeLease(layout.lease(DIGEST), { ...denoHost, locks }), undefined);
  }));

Deno.test("takeLease records the use of an old lease, and writes nothing for a young one", () =>
  withTree(async (layout) => {
    const touched: string[] = [];
    const fs = { ...denoHost.fs, touch: (path: string) => void touched.push(path) };
    (await takeLease(layout.lease(DIGEST), { ...denoHost, fs }))!.release();
    assertEquals(touched, []);
    Deno.utimeSync(layout.lease(DIGEST), 1000, 1000);
    (await takeLease(layout.lease(DIGEST), { ...denoHost, fs }))!.release();
    assertEquals(touched, [layout.lease(DIGEST)]);
  }));

Deno.test("Collector shows the whole tree or none of it when it dies at any call", async () => {
  const counter = new FaultHost(denoHost);
  await withTree((layout) => {
    const collector = new Collector(layout, counter.host);
    collector.remove(DIGEST);
    collector.emptyTrash(Infinity);
  });
  assert(counter.mutations.length >= 6, counter.calls.join("\n"));
  for (const at of sweep(counter.calls.length)) {
    await withTree((layout) => {
      const { host } = new FaultHost(denoHost, { at, with: "kill" });
      try {
        const collector = new Collector(layout, host);
        collector.remove(DIGEST);
        collector.emptyTrash(Infinity);
      } catch {
        // It died.
      }
      if (isThere(layout)) {
        assertEquals(listing(layout.tree(DIGEST)), ["pkg/ 555", "pkg/a.py 444"], `call ${at}`);
      }
    });
  }
});
