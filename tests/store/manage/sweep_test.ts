import { assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Lock } from "../../../src/host/ports.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { sweep } from "../../../src/store/manage/sweep.ts";
import { lockWork, soundLocks } from "../../../src/store/work_lock.ts";
import { sha256 } from "../../support/bundles.ts";
import { afterFirstLock, replaceLocked } from "../../support/locks.ts";
import { LockHolder } from "../../support/lock_holder.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("layer");
const NOTHING = { works: 0, files: 0 };
const day = (n: number) => ({
  ...denoHost,
  clock: { ...denoHost.clock, now: () => Date.now() + n * 86_400_000 },
});

function withCache(act: (layout: CacheLayout) => Promise<void> | void): Promise<void> {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    for (const path of [layout.works, layout.trees, layout.leases, layout.locks]) {
      Deno.mkdirSync(path, { recursive: true });
    }
    await act(layout);
  });
}

Deno.test("sweep keeps a work directory whose owner lives, and removes it at once when it is dead", () =>
  withCache(async (layout) => {
    Deno.mkdirSync(`${layout.work("a")}/tree`, { recursive: true });
    Deno.writeTextFileSync(`${layout.work("a")}.lock`, "");
    const owner = await LockHolder.hold(`${layout.work("a")}.lock`, "exclusive");
    assertEquals(sweep(layout, day(30), false), NOTHING);
    await owner[Symbol.asyncDispose]();
    assertEquals(sweep(layout, denoHost, true), { works: 1, files: 0 });
    assertEquals(listing(layout.works).length, 3, "a dry run removes nothing");
    assertEquals(sweep(layout, denoHost, false), { works: 1, files: 0 });
    assertEquals(listing(layout.works), []);
  }));

Deno.test("sweep keeps a work directory when its lock is another file than the one that it locked", () =>
  withCache((layout) => {
    Deno.mkdirSync(layout.work("a"));
    Deno.writeTextFileSync(`${layout.work("a")}.lock`, "");
    let owner: Lock | undefined;
    const host = afterFirstLock((path) => owner = replaceLocked(path));
    assertEquals(sweep(layout, host, false), NOTHING);
    assertEquals(listing(layout.works).length, 2);
    owner!.release();
  }));

Deno.test("sweep keeps lease and record of a tree that appears while it looks", () =>
  withCache((layout) => {
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    const host = afterFirstLock(() => Deno.mkdirSync(layout.tree(DIGEST)));
    sweep(layout, host, false);
    assertEquals(listing(layout.leases).length, 1);
  }));

Deno.test("lockWork protects its directory from sweep until it is ended, and leaves nothing", () =>
  withCache((layout) => {
    const unlock = lockWork(layout.work("a"), denoHost);
    Deno.mkdirSync(layout.work("a"));
    assertEquals(sweep(layout, day(30), false), NOTHING);
    Deno.removeSync(layout.work("a"));
    unlock();
    assertEquals(listing(layout.works), []);
  }));

Deno.test("sweep keeps a work directory without a lock until nobody has changed it for a day", () =>
  withCache((layout) => {
    Deno.mkdirSync(layout.work("a"));
    assertEquals(sweep(layout, denoHost, false), NOTHING);
    assertEquals(sweep(layout, day(2), false), { works: 1, files: 0 });
  }));

Deno.test("sweep removes locks without a holder, leases without a tree, and old documents", () =>
  withCache(async (layout) => {
    const [used, gone] = [sha256("used"), sha256("gone")];
    Deno.writeTextFileSync(layout.lock(DIGEST), "");
    Deno.writeTextFileSync(layout.lock(used), "");
    Deno.writeTextFileSync(layout.lease(gone), "");
    Deno.mkdirSync(layout.records, { recursive: true });
    Deno.writeTextFileSync(layout.record(gone), "");
    Deno.writeTextFileSync(layout.record(used), "");
    Deno.writeTextFileSync(layout.lease(used), "");
    Deno.mkdirSync(layout.tree(DIGEST));
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    Deno.writeTextFileSync(`${layout.works}/x.json`, "");
    await using _ = await LockHolder.hold(layout.lock(used), "exclusive");
    await using __ = await LockHolder.hold(layout.lease(used), "shared");
    assertEquals(sweep(layout, day(1), false), { works: 0, files: 3 });
    assertEquals(listing(layout.locks), [`${used} 644`]);
    assertEquals(listing(layout.records), [`${used}.jsonl 644`]);
    assertEquals(listing(layout.leases).sort(), [`${DIGEST} 644`, `${used} 644`].sort());
  }));

Deno.test("sweep keeps a download that broke off for a week, unless its layer is there", () =>
  withCache((layout) => {
    const partial = `${layout.partials}/${DIGEST}/x`;
    Deno.mkdirSync(partial, { recursive: true });
    Deno.writeTextFileSync(`${partial}/lock`, "");
    assertEquals(sweep(layout, day(6), true), NOTHING);
    assertEquals(sweep(layout, day(8), true), { works: 1, files: 0 });
    Deno.mkdirSync(layout.tree(DIGEST));
    assertEquals(sweep(layout, denoHost, false), { works: 1, files: 0 });
    assertEquals(listing(`${layout.partials}/${DIGEST}`), []);
  }));

Deno.test("sweep removes a download that has no lock once nobody can be about to make one", () =>
  withCache((layout) => {
    Deno.mkdirSync(`${layout.partials}/${DIGEST}/x`, { recursive: true });
    Deno.mkdirSync(layout.tree(DIGEST));
    assertEquals(sweep(layout, denoHost, false), NOTHING);
    assertEquals(sweep(layout, day(2), true), { works: 1, files: 0 });
    assertEquals(sweep(layout, day(2), false), { works: 1, files: 0 });
    assertEquals(listing(layout.partials), []);
  }));

Deno.test("sweep does nothing when there is no cache", () => {
  assertEquals(sweep(new CacheLayout("/nowhere/at/all"), denoHost, false), NOTHING);
});

const noLocks = { tryLock: () => "unsupported" as const, holders: () => undefined };

Deno.test("sweep goes by age alone when this file system has no locks", () =>
  withCache((layout) => {
    const partial = `${layout.partials}/${DIGEST}/x`;
    for (const path of [layout.work("a"), partial]) Deno.mkdirSync(path, { recursive: true });
    for (const path of [`${layout.work("a")}.lock`, `${partial}/lock`, layout.lock(DIGEST)]) {
      Deno.writeTextFileSync(path, "");
    }
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    const at = (days: number) => ({ ...day(days), locks: noLocks });
    assertEquals(sweep(layout, at(0.9), false), NOTHING);
    assertEquals(sweep(layout, at(2), true), { works: 1, files: 2 });
    assertEquals(sweep(layout, at(2), false), { works: 1, files: 2 });
    assertEquals(listing(layout.works), []);
    assertEquals([listing(layout.locks), listing(layout.leases)], [[], []]);
    assertEquals(listing(partial), ["lock 644"], "worth continuing by somebody with locks");
    assertEquals(sweep(layout, at(8), false), { works: 1, files: 0 });
  }));

Deno.test("sweep keeps a work directory when its lock cannot be had and what is in it is young", () =>
  withCache((layout) => {
    Deno.mkdirSync(layout.work("a"));
    Deno.writeTextFileSync(`${layout.work("a")}.lock`, "");
    Deno.utimeSync(`${layout.work("a")}.lock`, 1000, 1000);
    assertEquals(sweep(layout, { ...denoHost, locks: noLocks }, false), NOTHING);
  }));

Deno.test("lockWork and soundLocks leave no file when this file system has no locks", () =>
  withCache((layout) => {
    const tryLock = (path: string) => {
      Deno.writeTextFileSync(path, "");
      return "unsupported" as const;
    };
    const host = { ...denoHost, locks: { tryLock, holders: () => undefined } };
    lockWork(layout.work("a"), host)();
    assertEquals(soundLocks(layout, host).tryLock("/tmp", "shared"), "unsupported");
    assertEquals(listing(layout.works), []);
  }));

Deno.test("soundLocks gives the locks back when they work, and leaves no file", () =>
  withCache((layout) => {
    assertEquals(soundLocks(layout, denoHost), denoHost.locks);
    assertEquals(listing(layout.works), []);
  }));

Deno.test("soundLocks says unsupported when this file system grants every lock to everybody", () =>
  withCache((layout) => {
    const granted = { inherit() {}, release() {}, stat: () => undefined, write() {} };
    const locks = { tryLock: () => granted, holders: () => [] };
    const sound = soundLocks(layout, { ...denoHost, locks });
    assertEquals(sound.tryLock(layout.lease(DIGEST), "exclusive"), "unsupported");
  }));

Deno.test("soundLocks says unsupported when the cache cannot be written", () => {
  const sound = soundLocks(new CacheLayout("/nowhere/at/all"), denoHost);
  assertEquals(sound.tryLock("/tmp", "shared"), "unsupported");
});
