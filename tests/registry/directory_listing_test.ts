import { assertEquals } from "@std/assert";
import { parseAppId } from "../../src/model/app_id.ts";
import { directoryListing } from "../../src/registry/directory_listing.ts";
import { FakeFs } from "../support/fake_fs.ts";

const APP = parseAppId("b");

Deno.test("directoryListing names apps and refs in order, and only releases", () => {
  const files = {
    "/r/apps/b/2.json": "",
    "/r/apps/b/1.json": "",
    "/r/apps/b/x.zip": "",
    "/r/apps/a": true,
  };
  const listing = directoryListing("/r", new FakeFs(files as Record<string, string | true>));
  assertEquals(listing.apps(), ["a", "b"]);
  assertEquals(listing.refs(APP), ["1", "2"]);
  assertEquals(listing.refs(parseAppId("a")), []);
});

Deno.test("directoryListing never fails", () => {
  for (const fs of [new FakeFs({}), new FakeFs({ "/r/apps/b": true }, {}, ["/r"])]) {
    const listing = directoryListing("/r", fs);
    assertEquals([listing.apps(), listing.refs(APP)], [undefined, undefined]);
  }
});
