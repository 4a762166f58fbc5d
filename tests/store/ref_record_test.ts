import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Location } from "../../src/model/location.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import {
  confirmed,
  formatRefRecord,
  parseRefRecord,
  type RefKey,
} from "../../src/store/ref_record.ts";
import { sha256 } from "../support/bundles.ts";

const KEY: RefKey = {
  registry: "https://h/r" as Location,
  app: parseAppId("hello"),
  name: "stable",
};

const digest = fc.string().map(sha256);
const text = fc.option(fc.string(), { nil: undefined });
const record = fc.record({
  digest,
  version: text,
  validator: text,
  checkedAt: fc.nat(),
  pinned: fc.option(digest, { nil: undefined }),
  history: fc.array(fc.record({ digest, version: text, at: fc.nat() })),
});

Deno.test("parseRefRecord gives back what formatRefRecord has written", () => {
  fc.assert(fc.property(record, (record) => {
    assertEquals(parseRefRecord(formatRefRecord(KEY, record)), { ...KEY, ...record });
  }));
});

Deno.test("parseRefRecord gives undefined for what is no record, and never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    assertEquals(parseRefRecord(text), undefined);
  }));
  const { registry, app } = KEY;
  const noName = JSON.stringify({ registry, app, digest: sha256("r") });
  assertEquals(parseRefRecord(noName), undefined);
});

Deno.test("confirmed adds a release to the history only when it is another one", () => {
  const now = { digest: sha256("1"), version: "1", validator: undefined, checkedAt: 5 };
  const first = confirmed(undefined, now);
  assertEquals(first.history, [{ digest: now.digest, version: "1", at: 5 }]);
  assertEquals(confirmed(first, { ...now, checkedAt: 9 }).history, first.history);
  const second = confirmed(first, { ...now, digest: sha256("2"), checkedAt: 9 });
  assertEquals(second.history.map(({ at }) => at), [9, 5]);
});
