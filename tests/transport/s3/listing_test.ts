import { assertEquals } from "@std/assert";
import { listingQuery, parseListing } from "../../../src/transport/s3/listing.ts";

const PAGE = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
<IsTruncated>true</IsTruncated><NextContinuationToken>a+b/c&amp;=</NextContinuationToken>
<EncodingType>url</EncodingType>
<Contents><Key>x/apps/hello/1.0%2Blocal.json</Key><LastModified>2026-11-28T15:00:00.000Z</LastModified>
<ETag>&quot;e&quot;</ETag><Size>12</Size></Contents>
<Contents><Key>x/apps/hello/a%20b+c.json</Key><Size>0</Size>
<LastModified>2026-11-28T15:00:01.000Z</LastModified></Contents></ListBucketResult>`;

Deno.test("parseListing reads keys below the prefix, sizes, times and where it goes on", () => {
  const at = Date.parse("2026-11-28T15:00:00Z");
  assertEquals(parseListing(PAGE, "x/"), {
    entries: [
      { key: "apps/hello/1.0+local.json", size: 12, modifiedMs: at },
      { key: "apps/hello/a b c.json", size: 0, modifiedMs: at + 1000 },
    ],
    next: "a+b/c&=",
  });
});

Deno.test("parseListing takes keys as they are where nothing says that they are encoded", () => {
  const page = "<ListBucketResult><Contents><Key>a%2Bb&amp;c</Key><Size>1</Size>" +
    "<LastModified>2026-11-28T15:00:00Z</LastModified></Contents></ListBucketResult>";
  const { entries, next } = parseListing(page, "");
  assertEquals([entries[0]!.key, next], ["a%2Bb&c", undefined]);
});

Deno.test("listingQuery encodes prefix and token", () => {
  assertEquals(
    listingQuery("a b+/", "x+="),
    "?list-type=2&encoding-type=url&prefix=a%20b%2B%2F&continuation-token=x%2B%3D",
  );
});
