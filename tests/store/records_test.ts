import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import type { Location } from "../../src/model/location.ts";
import { CacheLayout } from "../../src/store/layout.ts";
import { Records } from "../../src/store/records.ts";
import type { RefKey } from "../../src/store/ref_record.ts";
import { sha256 } from "../support/bundles.ts";
import { FaultHost } from "../support/fault_host.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir, listing } from "../support/temp.ts";

const KEY: RefKey = {
  registry: "https://h/r" as Location,
  app: parseAppId("hello"),
  name: "stable",
};
const RECORD = { digest: sha256("release"), version: "1.2", validator: '"e"', checkedAt: 17 };
const HISTORY = [{ digest: RECORD.digest, version: "1.2", at: 1 }];

function withRecords(
  act: (records: Records, layout: CacheLayout) => void | Promise<void>,
): Promise<void> {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    await act(new Records(layout, denoHost), layout);
  });
}

Deno.test("Records give undefined when the cache is empty", () =>
  withRecords((records) => {
    assertEquals(records.ref(KEY), undefined);
    assertEquals(records.release(RECORD.digest), undefined);
    assertEquals(records.python("/usr/bin/python3"), undefined);
  }));

Deno.test("Records put a document on the disk before its name, and the name before they return", () =>
  inTempDir((root) => {
    const fault = new FaultHost(denoHost);
    const layout = new CacheLayout(root);
    new Records(layout, fault.host).saveRelease(RECORD.digest, "{}");
    const operations = fault.calls.map((call) => call.split(" ")[0]);
    const order = ["write", "sync", "rename", "syncDir"].map((name) => operations.indexOf(name));
    assert(order.every((at, index) => at > (order[index - 1] ?? -1)), fault.calls.join("\n"));
  }));

Deno.test("Records give back what was saved, and the latest of it", () =>
  withRecords((records, layout) => {
    records.saveRef(KEY, { ...RECORD, checkedAt: 1 });
    records.saveRef(KEY, RECORD);
    records.saveRelease(RECORD.digest, "release");
    records.savePython("/usr/bin/python3", "answer");
    assertEquals(records.ref(KEY), { ...KEY, ...RECORD, history: HISTORY, pinned: undefined });
    assertEquals(records.release(RECORD.digest), "release");
    assertEquals(records.python("/usr/bin/python3"), "answer");
    assertEquals(listing(layout.works), []);
  }));

Deno.test("Records.ref keeps a missing validator missing", () =>
  withRecords((records) => {
    records.saveRef(KEY, { ...RECORD, validator: undefined });
    assertEquals(records.ref(KEY)?.validator, undefined);
  }));

Deno.test("Records.ref tells registries, apps and names apart", () =>
  withRecords((records) => {
    records.saveRef(KEY, RECORD);
    assertEquals(records.ref({ ...KEY, registry: "https://h/s" as Location }), undefined);
    assertEquals(records.ref({ ...KEY, app: parseAppId("other") }), undefined);
    assertEquals(records.ref({ ...KEY, name: "beta" }), undefined);
  }));

const GARBAGE = ["", "{", "null", "[]", '"x"', "{}", '{"digest":5}', "\0\0\0", '{"digest":"abc"}'];

for (const text of GARBAGE) {
  Deno.test(`Records.ref gives undefined when it reads ${JSON.stringify(text)}`, () =>
    withRecords((records, layout) => {
      records.saveRef(KEY, RECORD);
      Deno.writeTextFileSync(layout.ref(KEY.registry, KEY.app, KEY.name), text);
      assertEquals(records.ref(KEY), undefined);
    }));
}

Deno.test("Records.ref believes no record of another registry or name in the same file", () =>
  withRecords((records, layout) => {
    records.saveRef(KEY, RECORD);
    const path = layout.ref(KEY.registry, KEY.app, KEY.name);
    const stored = JSON.parse(Deno.readTextFileSync(path));
    for (const change of [{ registry: "https://other/" }, { name: "beta" }]) {
      Deno.writeTextFileSync(path, JSON.stringify({ ...stored, ...change }));
      assertEquals(records.ref(KEY), undefined);
    }
  }));

Deno.test("Records.saveRelease says whether the release is there", () =>
  withRecords((records, layout) => {
    assertEquals(records.saveRelease(RECORD.digest, "release"), true);
    assertEquals(records.saveRelease(RECORD.digest, "release"), true);
    Deno.removeSync(layout.releases, { recursive: true });
    Deno.writeTextFileSync(layout.releases, "in the way");
    assertEquals(records.saveRelease(RECORD.digest, "release"), false);
  }));

Deno.test("Records.saveRelease replaces a copy that was damaged, and no other", () =>
  withRecords((records, layout) => {
    records.saveRelease(RECORD.digest, "release");
    const path = layout.release(RECORD.digest);
    const before = denoHost.fs.stat(path)!.ino;
    records.saveRelease(RECORD.digest, "release");
    assertEquals(denoHost.fs.stat(path)!.ino, before);
    Deno.writeTextFileSync(path, "rel");
    records.saveRelease(RECORD.digest, "release");
    assertEquals(records.release(RECORD.digest), "release");
  }));

Deno.test("Records never fail and leave nothing half-written when any one call fails", async () => {
  const write = (records: Records) => {
    records.saveRelease(RECORD.digest, "release");
    records.saveRef(KEY, RECORD);
    records.savePython("/usr/bin/python3", "answer");
  };
  const calls = await inTempDir((root) => {
    const counter = new FaultHost(denoHost);
    write(new Records(new CacheLayout(root), counter.host));
    return counter.calls;
  });
  for (let at = 1; at <= calls.length; at++) {
    await inTempDir((root) => {
      const layout = new CacheLayout(root);
      const { host } = new FaultHost(denoHost, { at, with: "ENOSPC" });
      write(new Records(layout, host));
      const records = new Records(layout, denoHost);
      const place = `${at} ${calls[at - 1]}`;
      assertEquals([undefined, "release"].includes(records.release(RECORD.digest)), true, place);
      assertEquals([undefined, "answer"].includes(records.python("/usr/bin/python3")), true, place);
      assertEquals(listing(layout.works), [], place);
    });
  }
});

Deno.test("Records show a reader the old text or the new one when the writer dies", async () => {
  const calls = await inTempDir((root) => {
    const layout = new CacheLayout(root);
    new Records(layout, denoHost).savePython("/p", "old");
    const counter = new FaultHost(denoHost);
    new Records(layout, counter.host).savePython("/p", "new");
    return counter.calls;
  });
  const seen = new Set<string | undefined>();
  for (let at = 1; at <= calls.length; at++) {
    await inTempDir((root) => {
      const layout = new CacheLayout(root);
      new Records(layout, denoHost).savePython("/p", "old");
      const { host } = new FaultHost(denoHost, { at, with: "kill" });
      new Records(layout, host).savePython("/p", "new");
      seen.add(new Records(layout, denoHost).python("/p"));
    });
  }
  assertEquals([...seen].every((text) => text === "old" || text === "new"), true);
});

Deno.test("Records.saveRef notes a release in the history only when it is another one", () =>
  withRecords((records) => {
    const [a, b] = [sha256("a"), sha256("b")];
    for (const [at, digest] of [a, a, b, b, a].entries()) {
      records.saveRef(KEY, { digest, version: `v-${at}`, validator: undefined, checkedAt: at });
    }
    const history = records.ref(KEY)!.history;
    assertEquals(history.map(({ digest, at }) => [digest, at]), [[a, 4], [b, 2], [a, 0]]);
    assertEquals(records.ref(KEY)!.checkedAt, 4);
  }));

Deno.test("Records.saveRef keeps a pin and at most 20 releases", () =>
  withRecords(async (records) => {
    await records.replaceRef(KEY, { ...RECORD, history: [], pinned: RECORD.digest });
    for (let at = 0; at < 25; at++) {
      records.saveRef(KEY, { ...RECORD, digest: sha256(`release ${at}`), checkedAt: at });
    }
    const { history, pinned } = records.ref(KEY)!;
    assertEquals([history.length, history[0]!.at, pinned], [20, 24, RECORD.digest]);
  }));

Deno.test("Records.ref reads a record of before there was a history", () =>
  withRecords((records, layout) => {
    records.saveRef(KEY, RECORD);
    const path = layout.ref(KEY.registry, KEY.app, KEY.name);
    const { history: _history, version: _version, ...old } = JSON.parse(
      Deno.readTextFileSync(path),
    );
    Deno.writeTextFileSync(path, JSON.stringify(old));
    const { digest, checkedAt: at } = RECORD;
    assertEquals(records.ref(KEY)?.history, [{ digest, version: undefined, at }]);
  }));

for (const history of [[5], [null], [{}], [{ digest: "x", at: 1 }], "x", [{ at: 1 }]]) {
  Deno.test(`Records.ref passes over a history of ${JSON.stringify(history)}`, () =>
    withRecords((records, layout) => {
      records.saveRef(KEY, RECORD);
      const path = layout.ref(KEY.registry, KEY.app, KEY.name);
      const stored = JSON.parse(Deno.readTextFileSync(path));
      Deno.writeTextFileSync(path, JSON.stringify({ ...stored, history, pinned: 7 }));
      const read = records.ref(KEY)!;
      assertEquals([read.digest, read.pinned], [RECORD.digest, undefined]);
      assert(read.history.every(({ digest }) => digest === RECORD.digest));
    }));
}

Deno.test("Records.replaceRef refuses with 73 when it cannot write", () =>
  withRecords(async (records, layout) => {
    Deno.writeTextFileSync(layout.root + "/v1", "");
    const record = { ...RECORD, history: [], pinned: undefined };
    await assertRefused(() => records.replaceRef(KEY, record), "CACHE_UNWRITABLE", 73);
    records.saveRef(KEY, RECORD);
  }));
