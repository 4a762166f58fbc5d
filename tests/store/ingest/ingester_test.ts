import { assert, assertEquals, assertThrows } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Errno, Host } from "../../../src/host/ports.ts";
import { Ingester } from "../../../src/store/ingest/ingester.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { Store } from "../../../src/store/mod.ts";
import { sha256 } from "../../support/bundles.ts";
import { FaultHost } from "../../support/fault_host.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const DIGEST = sha256("layer");
const A = new TextEncoder().encode("a");

interface Cache {
  readonly layout: CacheLayout;
  readonly store: Store;
  readonly ingester: Ingester;
}

function cacheIn(root: string, host: Host = denoHost): Cache {
  const layout = new CacheLayout(root);
  return { layout, store: new Store(root, host), ingester: new Ingester(layout, host) };
}

async function publishOne(root: string, host: Host = denoHost): Promise<Cache> {
  const cache = cacheIn(root, host);
  const work = await cache.ingester.begin(DIGEST);
  try {
    work.fs.writeNewFile(`${work.treePath}/a.py`, A, 0o444);
    await work.publish();
  } catch (error) {
    throw work.failure(error);
  } finally {
    work.discard();
  }
  return cache;
}

Deno.test("Work.publish makes a tree visible, read-only and with nothing left behind", () =>
  inTempDir(async (root) => {
    const { store, layout } = await publishOne(root);
    assert(store.hasTree(DIGEST));
    const trees = listing(layout.trees);
    assertEquals(trees, [`${DIGEST}/ 555`, `${DIGEST}/a.py 444`]);
    assertEquals(listing(layout.works), []);
    const tag = Deno.readTextFileSync(layout.tag);
    assert(tag.startsWith("Signature: 8a477f597d28d172789f06886806bc55\n"));
  }));

Deno.test("Work.publish puts the contents on the disk before the name, and the name before it returns", () =>
  inTempDir(async (root) => {
    const fault = new FaultHost(denoHost);
    const { layout } = await publishOne(root, fault.host);
    const at = (call: string) => fault.calls.findIndex((made) => made.startsWith(call));
    const order = [at("syncFileSystem "), at(`rename ${layout.tree(DIGEST)}`), at("syncDir ")];
    assert(order[0]! >= 0 && order[0]! < order[1]! && order[1]! < order[2]!, `${order}`);
    assertEquals(fault.calls[order[2]!], `syncDir ${layout.trees}`);
  }));

Deno.test("Work.publish drops its own tree when another was faster", () =>
  inTempDir(async (root) => {
    const { ingester, layout } = cacheIn(root);
    const [a, b] = [await ingester.begin(DIGEST), await ingester.begin(DIGEST)];
    for (const work of [a, b]) work.fs.writeNewFile(`${work.treePath}/a.py`, A, 0o444);
    await a.publish();
    const first = denoHost.fs.stat(layout.tree(DIGEST))!.ino;
    await b.publish();
    for (const work of [a, b, a]) work.discard();
    assertEquals(denoHost.fs.stat(layout.tree(DIGEST))!.ino, first);
    assertEquals(listing(layout.works), []);
  }));

Deno.test("Ingester.begin gives every work a directory of its own", () =>
  inTempDir(async (root) => {
    const { ingester } = cacheIn(root);
    const works = [
      await ingester.begin(DIGEST),
      await ingester.begin(DIGEST),
      await ingester.begin(DIGEST),
    ];
    assertEquals(new Set(works.map(({ treePath }) => treePath)).size, 3);
    assertEquals(new Set(works.map(({ download }) => download.path)).size, 3);
    for (const { download, treePath } of works) {
      assert(denoHost.fs.stat(treePath)?.kind === "directory");
      assertEquals(denoHost.fs.stat(download.path), undefined);
    }
  }));

Deno.test("Work.publish refuses a file in the tree's place with 73", () =>
  inTempDir(async (root) => {
    const { ingester, layout } = cacheIn(root);
    const work = await ingester.begin(DIGEST);
    Deno.writeTextFileSync(layout.tree(DIGEST), "");
    await assertRefused(() => work.publish(), "CACHE_UNWRITABLE", 73);
  }));

Deno.test("Ingester.begin refuses a root that is a file with 73", () =>
  inTempDir(async (root) => {
    Deno.writeTextFileSync(`${root}/file`, "");
    const { ingester } = cacheIn(`${root}/file`);
    await assertRefused(() => ingester.begin(DIGEST), "CACHE_UNWRITABLE", 73);
  }));

const ERRORS: [errno: Errno, exit: number][] = [
  ["ENOSPC", 74],
  ["EIO", 74],
  ["EACCES", 73],
  ["EROFS", 73],
];

for (const [errno, exit] of ERRORS) {
  Deno.test(`Ingester leaves nothing in work/ when any one call ends in ${errno}`, async () => {
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
        assertEquals(listing(new CacheLayout(root).works), [], `${at} ${calls[at - 1]}`);
      });
    }
    assert(calls.length >= 9, calls.join("\n"));
  });
}

for (const uid of [0, 1000]) {
  Deno.test(`Work.publish renames a complete tree when it dies at any call, as uid ${uid}`, async () => {
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
        const { store, layout } = cacheIn(root);
        if (store.hasTree(DIGEST)) {
          const files = listing(layout.tree(DIGEST));
          assertEquals(files, ["a.py 444"], `${at} ${calls[at - 1]}`);
        }
        assert((await publishOne(root)).store.hasTree(DIGEST));
      });
    }
  });
}

Deno.test("Work.discard may be called twice and never throws", () =>
  inTempDir(async (root) => {
    const work = await cacheIn(root).ingester.begin(DIGEST);
    work.discard();
    work.discard();
    const { host } = new FaultHost(denoHost, {
      at: 1,
      with: "EIO",
      counts: (operation) => operation === "removeTree",
    });
    (await cacheIn(root, host).ingester.begin(DIGEST)).discard();
  }));

Deno.test("FaultHost dies for good when it is killed", () => {
  const { host } = new FaultHost(denoHost, { at: 2, with: "kill" });
  host.fs.stat("/");
  assertThrows(() => host.fs.stat("/"), Error, "killed");
  assertThrows(() => host.fs.stat("/"), Error, "killed");
});
