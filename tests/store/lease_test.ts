import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { CacheLayout } from "../../src/store/layout.ts";
import { isSame, takeLease } from "../../src/store/lease.ts";
import { sha256 } from "../support/bundles.ts";
import { afterFirstLock, isLocked } from "../support/locks.ts";
import { inTempDir, listing } from "../support/temp.ts";

const DIGEST = sha256("layer");
const CREATE = { create: true };

function withLease(act: (layout: CacheLayout, path: string) => Promise<void>): Promise<void> {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(layout.leases, { recursive: true });
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    await act(layout, layout.lease(DIGEST));
  });
}

Deno.test("takeLease keeps the collector away until the lease is released", () =>
  withLease(async (layout, path) => {
    const lease = await takeLease(layout.lease(DIGEST), denoHost);
    assert(lease !== undefined && isLocked(path));
    lease!.release();
    assert(!isLocked(path));
  }));

Deno.test("takeLease gives a lease to every starter at the same time, without waiting", () =>
  withLease(async (layout, path) => {
    const clock = { ...denoHost.clock, sleep: () => Promise.reject(new Error("it waited")) };
    const host = { ...denoHost, clock };
    const leases = await Promise.all([1, 2, 3].map(() => takeLease(layout.lease(DIGEST), host)));
    assert(leases.every((lease) => lease !== undefined));
    leases[0]!.release();
    leases[1]!.release();
    assert(isLocked(path), "the third one still runs");
    leases[2]!.release();
  }));

Deno.test("takeLease holds the file that the path names when another one was put in its place", () =>
  withLease(async (layout, path) => {
    // A collector removes the lease between the open and the look; a starter makes it anew.
    const host = afterFirstLock(() => {
      Deno.removeSync(path);
      Deno.writeTextFileSync(path, "");
    });
    const lease = await takeLease(layout.lease(DIGEST), host);
    assert(lease !== undefined && isLocked(path), "the tree can be collected under the app");
    lease!.release();
  }));

Deno.test("takeLease makes nothing on a warm start", () =>
  inTempDir(async (root) => {
    assertEquals(await takeLease(new CacheLayout(root).lease(DIGEST), denoHost), undefined);
    assertEquals(listing(root), []);
  }));

Deno.test("takeLease makes lease and directory on a cold start, for all users to lock", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    const lease = await takeLease(layout.lease(DIGEST), denoHost, CREATE);
    assert(lease !== undefined && isLocked(layout.lease(DIGEST)));
    assertEquals(Deno.statSync(layout.lease(DIGEST)).mode! & 0o444, 0o444);
    lease!.release();
  }));

Deno.test("takeLease starts without a lease when locks do nothing or a collector was stopped", () =>
  withLease(async (layout) => {
    const clock = { ...denoHost.clock, sleep: () => Promise.resolve() };
    for (const answer of ["unsupported", "busy"] as const) {
      const locks = { ...denoHost.locks, tryLock: () => answer };
      assertEquals(await takeLease(layout.lease(DIGEST), { ...denoHost, clock, locks }), undefined);
    }
  }));

Deno.test("isSame tells apart files of two file systems that have one inode number", () => {
  const stat = denoHost.fs.lstat("/")!;
  const lock = { stat: () => stat, release() {}, inherit() {}, write() {} };
  assertEquals(isSame(stat, lock), true);
  assertEquals(isSame({ ...stat, ino: stat.ino! + 1 }, lock), false);
  assertEquals(isSame({ ...stat, dev: stat.dev + 1 }, lock), false);
});
