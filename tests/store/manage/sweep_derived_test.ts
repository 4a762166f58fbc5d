import { assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { sweep } from "../../../src/store/manage/sweep.ts";
import { sha256 } from "../../support/bundles.ts";
import { LockHolder } from "../../support/lock_holder.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("layer");
const NOTHING = { works: 0, files: 0 };
const KEY = "ab".repeat(32);
const later = (hours: number) => ({
  ...denoHost,
  clock: { ...denoHost.clock, now: () => Date.now() + hours * 3_600_000 },
});

function withBytecode(act: (layout: CacheLayout) => Promise<void> | void): Promise<void> {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    for (const path of [layout.works, layout.trees, layout.leases]) {
      Deno.mkdirSync(path, { recursive: true });
    }
    Deno.mkdirSync(`${layout.bytecodeOf(DIGEST)}/root`, { recursive: true });
    await act(layout);
  });
}

Deno.test("sweep removes bytecode when its tree is gone, and nobody is about to fetch that", () =>
  withBytecode(async (layout) => {
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    const starter = await LockHolder.hold(layout.lease(DIGEST), "shared");
    assertEquals(sweep(layout, later(0), false), NOTHING);
    await starter[Symbol.asyncDispose]();
    assertEquals(sweep(layout, later(0), true), { works: 1, files: 1 });
    assertEquals(sweep(layout, later(0), false), { works: 1, files: 1 });
    assertEquals([listing(layout.bytecode), listing(layout.works)], [[], []]);
  }));

Deno.test("sweep keeps bytecode of a tree that is there, and for a day what has no lease", () =>
  withBytecode((layout) => {
    assertEquals(sweep(layout, later(2), false), NOTHING);
    Deno.mkdirSync(layout.tree(DIGEST));
    assertEquals(sweep(layout, later(30), false), NOTHING);
    Deno.removeSync(layout.tree(DIGEST));
    assertEquals(sweep(layout, later(30), false), { works: 1, files: 0 });
    assertEquals(listing(layout.bytecode), []);
  }));

Deno.test("sweep removes bytecode that a Python was writing when it was killed, an hour later", () =>
  withBytecode((layout) => {
    Deno.mkdirSync(layout.tree(DIGEST));
    const own = `${layout.environment(KEY)}/lib/__pycache__`;
    Deno.mkdirSync(own, { recursive: true });
    Deno.mkdirSync(layout.environmentLeases, { recursive: true });
    Deno.writeTextFileSync(layout.environmentLease(KEY), "\n");
    const document = { layers: [DIGEST], interpreter: "/usr/bin/python3", links: "hard" };
    Deno.writeTextFileSync(`${layout.environment(KEY)}/edgeboot.json`, JSON.stringify(document));
    const unit = `${layout.bytecodeOf(DIGEST)}/root`;
    for (const place of [own, unit]) {
      Deno.writeTextFileSync(`${place}/six.cpython-311.pyc`, "");
      Deno.writeTextFileSync(`${place}/six.cpython-311.pyc.139876543210`, "");
    }
    assertEquals(sweep(layout, later(0.9), false), NOTHING, "it may be written just now");
    assertEquals(sweep(layout, later(2), false, false), NOTHING, "not where an app waits");
    assertEquals(sweep(layout, later(2), true), { works: 0, files: 2 });
    assertEquals(sweep(layout, later(2), false), { works: 0, files: 2 });
    for (const place of [own, unit]) assertEquals(listing(place), ["six.cpython-311.pyc 644"]);
  }));

Deno.test("sweep removes what packs have fetched when none has used it for 30 days", () =>
  withBytecode((layout) => {
    Deno.mkdirSync(layout.tree(DIGEST));
    Deno.mkdirSync(layout.packedFiles, { recursive: true });
    Deno.writeTextFileSync(layout.packedFile(DIGEST), "wheel");
    assertEquals(sweep(layout, later(29 * 24), false), NOTHING);
    assertEquals(sweep(layout, later(31 * 24), true), { works: 0, files: 1 });
    assertEquals(sweep(layout, later(31 * 24), false), { works: 0, files: 1 });
    assertEquals(listing(layout.packedFiles), []);
  }));
