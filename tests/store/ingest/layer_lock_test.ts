import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host, Lock } from "../../../src/host/ports.ts";
import { EdgebootError } from "../../../src/model/errors.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { claimLayer, type Watch } from "../../../src/store/ingest/layer_lock.ts";
import { sha256 } from "../../support/bundles.ts";
import { afterFirstLock, isLocked, replaceLocked } from "../../support/locks.ts";
import { LockHolder } from "../../support/lock_holder.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("layer");

function waiting(more: Partial<Watch> = {}): Watch {
  return { timeoutMs: 60_000, check: () => {}, isThere: () => false, onWait: () => {}, ...more };
}

/** Works under a claim; undefined where another one has published meanwhile. */
async function once<T>(
  layout: CacheLayout,
  host: Host,
  waiting: Watch,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const claim = await claimLayer(DIGEST, layout, host, waiting);
  if (claim === "published") return undefined;
  try {
    return await work();
  } finally {
    claim.release();
  }
}

Deno.test("claimLayer lets one do the work when many ask for it at the same time", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    let works = 0;
    let there = false;
    const isThere = () => there;
    const work = async () => {
      works += 1;
      await denoHost.clock.sleep(100);
      there = true;
      return "worked";
    };
    const results = await Promise.all(
      Array.from(
        { length: 20 },
        () => once(layout, denoHost, waiting({ isThere }), work),
      ),
    );
    assertEquals(works, 1);
    assertEquals(results.filter((result) => result === "worked").length, 1);
    assertEquals(listing(layout.locks), []);
  }));

Deno.test("claimLayer looks again when the file that it locked is no longer the one that others lock", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    // The holder before removes the file before it unlocks; somebody else has made and locked it anew.
    let other: Lock | undefined;
    const host = afterFirstLock((path) => other = replaceLocked(path));
    let waited = false;
    const check = () => {
      waited ||= other !== undefined;
      other?.release();
    };
    const claim = await claimLayer(DIGEST, layout, host, waiting({ check }));
    assert(waited, "two work at once");
    assert(isLocked(layout.lock(DIGEST)));
    if (claim !== "published") claim.release();
  }));

Deno.test("claimLayer lets the next one work when the first fails", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    const failing = once(layout, denoHost, waiting(), async () => {
      await denoHost.clock.sleep(50);
      throw new Error("no");
    });
    const next = once(layout, denoHost, waiting(), () => Promise.resolve("yes"));
    await assertRejects(() => failing, Error, "no");
    assertEquals(await next, "yes");
    assertEquals(listing(layout.locks), []);
  }));

Deno.test("claimLayer waits for the layer of another user, whose lock it cannot open", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(layout.locks, { recursive: true });
    Deno.writeTextFileSync(layout.lock(DIGEST), "{}", { mode: 0o600 });
    const tryLock = () => "unsupported" as const;
    const host = { ...denoHost, locks: { ...denoHost.locks, tryLock } };
    let works = 0;
    const work = () => Promise.resolve(++works);
    const holder = await LockHolder.hold(layout.lock(DIGEST), "exclusive");
    let looks = 0;
    const isThere = () => ++looks > 3;
    assertEquals(await once(layout, host, waiting({ isThere }), work), undefined);
    await holder[Symbol.asyncDispose]();
    assertEquals(await once(layout, host, waiting(), work), 1);
  }));

Deno.test("claimLayer goes on when the holder is killed, whatever the lock file says", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(layout.locks, { recursive: true });
    Deno.writeTextFileSync(layout.lock(DIGEST), "not JSON", { mode: 0o600 });
    const holder = await LockHolder.hold(layout.lock(DIGEST), "exclusive");
    const next = once(layout, denoHost, waiting(), () => Promise.resolve("mine"));
    await denoHost.clock.sleep(50);
    await holder[Symbol.asyncDispose]();
    assertEquals(await next, "mine");
  }));

Deno.test("claimLayer gives up with 75 and names the holder", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(layout.locks, { recursive: true });
    const note = { host: "worker-7", pid: 4711, since: "2026-11-20T10:00:00.000Z" };
    Deno.writeTextFileSync(layout.lock(DIGEST), JSON.stringify(note), { mode: 0o600 });
    await using _ = await LockHolder.hold(layout.lock(DIGEST), "exclusive");
    const told: string[] = [];
    const options = waiting({ timeoutMs: 600_000, onWait: (holder) => told.push(holder) });
    let now = 0;
    const clock = {
      ...denoHost.clock,
      monotonic: () => now,
      sleep: (ms: number) => Promise.resolve(void (now += ms)),
    };
    const error = await assertRejects(
      () => once(layout, { ...denoHost, clock }, options, () => Promise.resolve()),
      EdgebootError,
    );
    assertEquals(now, 600_000);
    assertEquals([error.code, error.exitCode], ["LOCK_TIMEOUT", 75]);
    const said = "process 4711 on worker-7 has been fetching it since 2026-11-20T10:00:00.000Z";
    assertEquals(error.text.why, said);
    assertEquals(told, [said], "told once, after a second");
  }));

Deno.test("claimLayer writes into the lock file who holds it", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    await once(layout, denoHost, waiting(), () => {
      const { host, pid, since } = JSON.parse(Deno.readTextFileSync(layout.lock(DIGEST)));
      assertEquals([host, pid], [
        denoHost.fs.readText("/proc/sys/kernel/hostname").trim(),
        Deno.pid,
      ]);
      assert(Date.now() - Date.parse(since) < 60_000);
      return Promise.resolve();
    });
  }));

Deno.test("claimLayer works without waiting when there are no locks", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    const locks = { tryLock: () => "unsupported" as const, holders: () => undefined };
    const both = [1, 2].map((n) =>
      once(layout, { ...denoHost, locks }, waiting(), () => Promise.resolve(n))
    );
    assertEquals(await Promise.all(both), [1, 2]);
  }));

Deno.test("claimLayer stops waiting when its check throws", () =>
  inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(layout.locks, { recursive: true });
    Deno.writeTextFileSync(layout.lock(DIGEST), "", { mode: 0o600 });
    await using _ = await LockHolder.hold(layout.lock(DIGEST), "exclusive");
    const check = () => {
      throw new Error("abandoned");
    };
    const asked = once(
      layout,
      denoHost,
      waiting({ check }),
      () => Promise.resolve(),
    );
    await assertRejects(() => asked, Error, "abandoned");
  }));

for (const mode of [0o644, 0o604, 0o640]) {
  const octal = mode.toString(8);
  Deno.test(`claimLayer waits for no lock that others may open: 0${octal}`, () =>
    inTempDir(async (root) => {
      const layout = new CacheLayout(root);
      Deno.mkdirSync(layout.locks, { recursive: true });
      Deno.writeTextFileSync(layout.lock(DIGEST), "");
      Deno.chmodSync(layout.lock(DIGEST), mode);
      await using _ = await LockHolder.hold(layout.lock(DIGEST), "exclusive");
      const sleep = () => Promise.reject(new Error("it waited"));
      const host = { ...denoHost, clock: { ...denoHost.clock, sleep } };
      const made = await once(
        layout,
        host,
        waiting(),
        () => Promise.resolve(Deno.statSync(layout.lock(DIGEST)).mode! & 0o777),
      );
      assertEquals(made, 0o600);
    }));
}
