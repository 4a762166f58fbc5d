import { assertEquals } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import type { Location } from "../../src/model/location.ts";
import { CacheLayout } from "../../src/store/layout.ts";
import { Records, type RefKey } from "../../src/store/records.ts";
import { sha256 } from "../support/bundles.ts";
import { FaultHost } from "../support/fault_host.ts";
import { inTempDir, listing } from "../support/temp.ts";

const KEY: RefKey = {
  registry: "https://h/r" as Location,
  app: parseAppId("hello"),
  name: "stable",
};
const RECORD = { digest: sha256("release"), validator: '"e"', checkedAt: 17 };

function withRecords(act: (records: Records, layout: CacheLayout) => void): Promise<void> {
  return inTempDir((root) => {
    const layout = new CacheLayout(root);
    act(new Records(layout, denoHost), layout);
  });
}

Deno.test("Records give undefined when the cache is empty", () =>
  withRecords((records) => {
    assertEquals(records.ref(KEY), undefined);
    assertEquals(records.release(RECORD.digest), undefined);
    assertEquals(records.python("/usr/bin/python3"), undefined);
  }));

Deno.test("Records give back what was saved, and the latest of it", () =>
  withRecords((records, layout) => {
    records.saveRef(KEY, { ...RECORD, checkedAt: 1 });
    records.saveRef(KEY, RECORD);
    records.saveRelease(RECORD.digest, "release");
    records.savePython("/usr/bin/python3", "answer");
    assertEquals(records.ref(KEY), RECORD);
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
