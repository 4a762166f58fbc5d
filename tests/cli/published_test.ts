import { assertEquals } from "@std/assert";
import { published } from "../../src/cli/published.ts";

const HEX = "ab".repeat(32);

const TABLE: [name: string, value: unknown, expected: unknown][] = [
  ["names", { lastUsedAt: 1000, freedBytes: 1 }, {
    last_used_at: "1970-01-01T00:00:01.000Z",
    freed_bytes: 1,
  }],
  ["digests", { digest: HEX, path: HEX }, { digest: `sha256:${HEX}`, path: HEX }],
  ["digests that have their algorithm", { digest: `sha256:${HEX}` }, { digest: `sha256:${HEX}` }],
  ["what is nested", [{ from: { digest: HEX } }], [{ from: { digest: `sha256:${HEX}` } }]],
  ["a time that is not known", { at: 0 }, { at: undefined }],
  ["what is no record", [null, "aB", 1, true], [null, "aB", 1, true]],
];

for (const [name, value, expected] of TABLE) {
  Deno.test(`published spells ${name} as all records do`, () => {
    assertEquals(published(value), expected);
  });
}
