import { assert, assertEquals } from "@std/assert";
import type { Host } from "../../src/host/ports.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import type { Location } from "../../src/model/location.ts";
import { Store, type Work } from "../../src/store/mod.ts";
import { sha256 } from "../support/bundles.ts";
import { inTempDir } from "../support/temp.ts";

const LAYER = sha256("layer");
const RELEASE = sha256("release");
const KEY = { registry: "https://h/r" as Location, app: parseAppId("hello"), name: "stable" };

async function unpacked(store: Store, text = "a"): Promise<Work> {
  const work = await (await store.ingester()).begin(LAYER);
  work.fs.writeNewFile(`${work.treePath}/a.py`, new TextEncoder().encode(text), 0o444);
  return work;
}

/** What a store promises to the other rooms, whatever host it is on. */
export function testStore(name: string, host: () => Host): void {
  const test = (behaviour: string, act: (store: Store, host: Host) => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, () =>
      inTempDir(async (dir) => {
        const given = host();
        await act(new Store(`${dir}/cache`, given), given);
      }));

  test("makes nothing by being looked at", async (store, { fs }) => {
    store.checkRoot();
    assertEquals([store.hasTree(LAYER), await store.lease(LAYER)], [false, undefined]);
    assertEquals([store.records.ref(KEY), store.records.release(RELEASE)], [undefined, undefined]);
    const manager = await store.manager();
    assertEquals([manager.list(), manager.trees(), manager.quarantined()], [[], [], []]);
    assertEquals(fs.lstat(store.root), undefined);
  });

  test("shows nothing of a layer until it is published, and then all", async (store, { fs }) => {
    const work = await unpacked(store);
    assertEquals([store.hasTree(LAYER), (await store.manager()).trees()], [false, []]);
    await work.publish();
    work.discard();
    assert(store.hasTree(LAYER) && store.hasTrustedTree(LAYER));
    assertEquals(fs.readText(`${store.treePath(LAYER)}/a.py`), "a");
    assertEquals((await store.manager()).list().map(({ digest }) => digest), [LAYER]);
  });

  test("keeps the first of two that publish the same layer", async (store, { fs }) => {
    const [first, second] = [await unpacked(store, "first"), await unpacked(store, "second")];
    await first.publish();
    await second.publish();
    for (const work of [first, second, first]) work.discard();
    assertEquals(fs.readText(`${store.treePath(LAYER)}/a.py`), "first");
  });

  test("leaves nothing of what was discarded", async (store) => {
    (await unpacked(store)).discard();
    const manager = await store.manager();
    assertEquals([store.hasTree(LAYER), manager.leftovers()], [false, { works: 0, files: 0 }]);
  });

  test("gives back the documents that were kept last", async ({ records }) => {
    const now = { digest: RELEASE, version: "1", validator: undefined, checkedAt: 1 };
    assert(records.saveRelease(RELEASE, "release"));
    records.saveRef(KEY, now);
    records.saveRef(KEY, { ...now, checkedAt: 2 });
    assertEquals([records.release(RELEASE), records.ref(KEY)?.checkedAt], ["release", 2]);
    await records.replaceRef(KEY, { ...now, history: [], pinned: RELEASE });
    assertEquals(records.ref(KEY)?.pinned, RELEASE);
  });
}
