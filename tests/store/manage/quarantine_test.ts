import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host } from "../../../src/host/ports.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import {
  listQuarantine,
  type Quarantine,
  quarantineRelease,
  quarantineTree,
  removeQuarantined,
} from "../../../src/store/manage/quarantine.ts";
import { sha256 } from "../../support/bundles.ts";
import { FaultHost } from "../../support/fault_host.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("layer");

/** A cache with one tree, its record and its lease. */
function withTree(act: (layout: CacheLayout) => void): Promise<void> {
  return inTempDir((root) => {
    const layout = new CacheLayout(root);
    for (const directory of [layout.trees, layout.leases, layout.records]) {
      Deno.mkdirSync(directory, { recursive: true });
    }
    Deno.mkdirSync(layout.tree(DIGEST));
    Deno.writeTextFileSync(`${layout.tree(DIGEST)}/a.py`, "a", { mode: 0o444 });
    Deno.chmodSync(layout.tree(DIGEST), 0o555);
    Deno.writeTextFileSync(layout.lease(DIGEST), "");
    Deno.writeTextFileSync(layout.record(DIGEST), "record");
    act(layout);
  });
}

function kept(quarantine: Quarantine): string {
  if ("kept" in quarantine) return quarantine.kept;
  throw new Error(`moved to ${quarantine.moved}`);
}

function moved(quarantine: Quarantine): string {
  if ("moved" in quarantine) return quarantine.moved;
  throw new Error(quarantine.kept);
}

for (const uid of [0, 1000]) {
  Deno.test(`quarantineTree moves tree and record, all of it and closed, as uid ${uid}`, () =>
    withTree((layout) => {
      const host = { ...denoHost, process: { ...denoHost.process, uid } };
      const path = moved(quarantineTree(DIGEST, false, layout, host));
      const name = path.slice(layout.quarantine.length + 1);
      assert(name.startsWith(`${DIGEST}-`));
      const expected = [`${name}.jsonl 644`, `${name}/ 555`, `${name}/a.py 444`];
      assertEquals(listing(layout.quarantine), expected.sort());
      assertEquals([listing(layout.trees), listing(layout.records)], [[], []]);
      // The lease stays: a new tree of this digest has the same one.
      assertEquals(
        denoHost.locks.tryLock(layout.lease(DIGEST), "exclusive") instanceof Object,
        true,
      );
    }));
}

Deno.test("listQuarantine tells what is there since when, and removeQuarantined takes it away", () =>
  withTree((layout) => {
    const began = Date.now() - 10;
    assertEquals(listQuarantine(layout, denoHost.fs), []);
    Deno.utimeSync(layout.tree(DIGEST), 1000, 1000);
    Deno.mkdirSync(layout.releases, { recursive: true });
    Deno.writeTextFileSync(layout.release(DIGEST), "{}");
    Deno.utimeSync(layout.release(DIGEST), 1000, 1000);
    const tree = moved(quarantineTree(DIGEST, false, layout, denoHost));
    const release = moved(quarantineRelease(DIGEST, layout, denoHost));
    Deno.writeTextFileSync(`${layout.quarantine}/notes.txt`, "");
    const items = listQuarantine(layout, denoHost.fs);
    const said = items.map(({ kind, path, bytes }) => [kind, path, bytes]);
    assertEquals(said.sort(), [["release", release, 2], ["tree", tree, 1]]);
    for (const item of items) {
      assert(item.quarantinedAt >= began, "not as old as the file");
      removeQuarantined(item, denoHost.fs);
    }
    assertEquals(listing(layout.quarantine), ["notes.txt 644"]);
  }));

Deno.test("quarantineTree keeps what is in use, and says by whom", () =>
  withTree((layout) => {
    const lock = denoHost.locks.tryLock(layout.lease(DIGEST), "shared");
    const why = kept(quarantineTree(DIGEST, false, layout, denoHost));
    assert(why.startsWith("in use"), why);
    assert(why.includes(String(Deno.pid)), why);
    assertEquals(listing(layout.trees).length, 2);
    moved(quarantineTree(DIGEST, true, layout, denoHost));
    if (typeof lock === "object") lock.release();
  }));

Deno.test("quarantineTree keeps what it cannot tell about, unless it is forced", () =>
  withTree((layout) => {
    const lockless: Host = {
      ...denoHost,
      locks: { ...denoHost.locks, tryLock: () => "unsupported" },
    };
    assert(kept(quarantineTree(DIGEST, false, layout, lockless)).includes("cannot tell"));
    Deno.removeSync(layout.lease(DIGEST));
    assert(kept(quarantineTree(DIGEST, false, layout, denoHost)).includes("cannot tell"));
    moved(quarantineTree(DIGEST, true, layout, denoHost));
  }));

Deno.test("quarantineTree loses nothing when it fails or dies at any call", async () => {
  let calls: string[] = [];
  await withTree((layout) => {
    const counter = new FaultHost(denoHost);
    quarantineTree(DIGEST, false, layout, counter.host);
    calls = counter.calls;
  });
  assert(calls.length >= 4, calls.join("\n"));
  for (const fault of ["EIO", "EROFS", "kill"] as const) {
    for (let at = 1; at <= calls.length; at++) {
      await withTree((layout) => {
        const { host } = new FaultHost(denoHost, { at, with: fault });
        let result: Quarantine | undefined;
        try {
          result = quarantineTree(DIGEST, false, layout, host);
        } catch (error) {
          assertEquals(fault, "kill", String(error));
        }
        const place = `${fault} at ${calls[at - 1]}`;
        // How long it has been there is no reason to leave it.
        const isNote = calls[at - 1]!.startsWith("touch");
        assert(fault === "kill" || isNote || (result !== undefined && "kept" in result), place);
        const whole = [...listing(layout.trees), ...listing(layout.quarantine)]
          .filter((line) => line.endsWith("/a.py 444"));
        assertEquals(whole.length, 1, place);
      });
    }
  }
});
