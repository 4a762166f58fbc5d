import { assert, assertEquals, assertThrows } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import type { Errno, Host } from "../../src/host/ports.ts";
import { cacheFailure } from "../../src/store/failure.ts";
import { Store } from "../../src/store/store.ts";
import { sha256 } from "../support/bundles.ts";
import { FaultHost } from "../support/fault_host.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir, listing } from "../support/temp.ts";

const DIGEST = sha256("layer");
const A = new TextEncoder().encode("a");

async function publishOne(root: string, host: Host = denoHost): Promise<Store> {
  const store = new Store(root, host);
  const work = await store.begin(DIGEST);
  try {
    work.fs.writeNewFile(`${work.treePath}/a.py`, A, 0o444);
    await store.publish(work, DIGEST);
  } catch (error) {
    throw cacheFailure(error, root);
  } finally {
    work.discard();
  }
  return store;
}

Deno.test("Store.publish makes a tree visible, read-only and with nothing left behind", () =>
  inTempDir(async (root) => {
    const store = await publishOne(root);
    assert(store.hasTree(DIGEST));
    const trees = listing(store.layout.trees);
    assertEquals(trees, [`${DIGEST}/ 555`, `${DIGEST}/a.py 444`]);
    assertEquals(listing(store.layout.works), []);
    const tag = Deno.readTextFileSync(store.layout.tag);
    assert(tag.startsWith("Signature: 8a477f597d28d172789f06886806bc55\n"));
  }));

Deno.test("Store.publish drops its own tree when another was faster", () =>
  inTempDir(async (root) => {
    const store = new Store(root, denoHost);
    const [a, b] = [await store.begin(DIGEST), await store.begin(DIGEST)];
    for (const work of [a, b]) work.fs.writeNewFile(`${work.treePath}/a.py`, A, 0o444);
    await store.publish(a, DIGEST);
    const first = denoHost.fs.stat(store.layout.tree(DIGEST))!.ino;
    await store.publish(b, DIGEST);
    for (const work of [a, b, a]) work.discard();
    assertEquals(denoHost.fs.stat(store.layout.tree(DIGEST))!.ino, first);
    assertEquals(listing(store.layout.works), []);
  }));

Deno.test("Store.begin gives every work a directory of its own", () =>
  inTempDir(async (root) => {
    const store = new Store(root, denoHost);
    const works = [
      await store.begin(DIGEST),
      await store.begin(DIGEST),
      await store.begin(DIGEST),
    ];
    assertEquals(new Set(works.map(({ treePath }) => treePath)).size, 3);
    assertEquals(new Set(works.map(({ download }) => download.path)).size, 3);
    for (const { download, treePath } of works) {
      assert(denoHost.fs.stat(treePath)?.kind === "directory");
      assertEquals(denoHost.fs.stat(download.path), undefined);
    }
  }));

Deno.test("Store.hasTree takes only a directory for a tree", () =>
  inTempDir((root) => {
    const store = new Store(root, denoHost);
    assertEquals(store.hasTree(DIGEST), false);
    Deno.mkdirSync(store.layout.trees, { recursive: true });
    Deno.writeTextFileSync(store.layout.tree(DIGEST), "");
    assertEquals(store.hasTree(DIGEST), false);
    Deno.removeSync(store.layout.tree(DIGEST));
    Deno.symlinkSync("/", store.layout.tree(DIGEST));
    assertEquals(store.hasTree(DIGEST), false);
  }));

Deno.test("Store.publish refuses a file in the tree's place with 73", () =>
  inTempDir(async (root) => {
    const store = new Store(root, denoHost);
    const work = await store.begin(DIGEST);
    Deno.writeTextFileSync(store.layout.tree(DIGEST), "");
    await assertRefused(() => store.publish(work, DIGEST), "CACHE_UNWRITABLE", 73);
  }));

Deno.test("Store.begin refuses a root that is a file with 73", () =>
  inTempDir(async (root) => {
    Deno.writeTextFileSync(`${root}/file`, "");
    const store = new Store(`${root}/file`, denoHost);
    await assertRefused(() => store.begin(DIGEST), "CACHE_UNWRITABLE", 73);
  }));

const ERRORS: [errno: Errno, exit: number][] = [
  ["ENOSPC", 74],
  ["EIO", 74],
  ["EACCES", 73],
  ["EROFS", 73],
];

for (const [errno, exit] of ERRORS) {
  Deno.test(`Store leaves nothing in work/ when any one call ends in ${errno}`, async () => {
    const calls = await inTempDir(async (root) => {
      const counter = new FaultHost(denoHost);
      await publishOne(root, counter.host);
      return counter.calls;
    });
    for (let at = 1; at <= calls.length; at++) {
      await inTempDir(async (root) => {
        const { host } = new FaultHost(denoHost, { at, with: errno });
        const failure = await publishOne(root, host).then(() => undefined, (error) => error);
        // Discarding is the one thing that may fail unheard.
        if (/^removeTree|^remove .*(?:\.lock$|\/(?:partials|work)\/)/.test(calls[at - 1]!)) {
          return assertEquals(failure, undefined);
        }
        // Root without capabilities is told so, and goes on as everybody else does.
        if (errno === "EACCES" && /^rename .*\/trees\//.test(calls[at - 1]!)) {
          return assertEquals([failure, new Store(root, denoHost).hasTree(DIGEST)], [
            undefined,
            true,
          ]);
        }
        assertEquals(failure?.exitCode, exit, `${at} ${calls[at - 1]}`);
        assertEquals(listing(new Store(root, denoHost).layout.works), [], `${at} ${calls[at - 1]}`);
      });
    }
    assert(calls.length >= 9, calls.join("\n"));
  });
}

for (const uid of [0, 1000]) {
  Deno.test(`Store.publish renames a complete tree when it dies at any call, as uid ${uid}`, async () => {
    const asUser = { ...denoHost, process: { ...denoHost.process, uid } };
    const calls = await inTempDir(async (root) => {
      const counter = new FaultHost(asUser);
      await publishOne(root, counter.host);
      return counter.calls;
    });
    for (let at = 1; at <= calls.length; at++) {
      await inTempDir(async (root) => {
        const { host } = new FaultHost(asUser, { at, with: "kill" });
        await publishOne(root, host).catch(() => {});
        const store = new Store(root, denoHost);
        if (store.hasTree(DIGEST)) {
          const files = listing(store.layout.tree(DIGEST));
          assertEquals(files, ["a.py 444"], `${at} ${calls[at - 1]}`);
        }
        assert((await publishOne(root)).hasTree(DIGEST));
      });
    }
  });
}

Deno.test("Store.hasTrustedTree closes the top that a kill has left open, and no other's", () =>
  inTempDir(async (root) => {
    const as = (uid: number) => ({ ...denoHost, process: { ...denoHost.process, uid } });
    const store = await publishOne(root);
    const other = new Store(root, as(Deno.uid()! + 1), "any");
    const tree = store.layout.tree(DIGEST);
    const modeAfter = (before: number, starter = store) => {
      Deno.chmodSync(tree, before);
      assert(starter.hasTrustedTree(DIGEST));
      return Deno.statSync(tree).mode! & 0o7777;
    };
    assertEquals(modeAfter(0o755, other), 0o755, "another user's");
    assertEquals(modeAfter(0o755), 0o555);
    assertEquals(modeAfter(0o700), 0o700);
    Deno.removeSync(store.layout.manifest(DIGEST));
    assertEquals(modeAfter(0o755), 0o755, "one that an image provides");
  }));

Deno.test("Store.discard may be called twice and never throws", () =>
  inTempDir(async (root) => {
    const work = await new Store(root, denoHost).begin(DIGEST);
    work.discard();
    work.discard();
    const { host } = new FaultHost(denoHost, {
      at: 1,
      with: "EIO",
      counts: (operation) => operation === "removeTree",
    });
    (await new Store(root, host).begin(DIGEST)).discard();
  }));

Deno.test("FaultHost dies for good when it is killed", () => {
  const { host } = new FaultHost(denoHost, { at: 2, with: "kill" });
  host.fs.stat("/");
  assertThrows(() => host.fs.stat("/"), Error, "killed");
  assertThrows(() => host.fs.stat("/"), Error, "killed");
});
