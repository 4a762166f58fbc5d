import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseAppId, tryParseAppId } from "../../src/model/app_id.ts";
import { assertRefused } from "../support/refusal.ts";

const VALID = ["a", "7", "billing-api", "a.b_c-d", "a".repeat(64), "0-0", "v1.2"];
const INVALID = [
  ...["", "A", "Billing", "../x", "a/b", "a..b", ".a", "a.", "-a", "a-", "_a", "a_", " a", "a "],
  ...["a\n", "a\0", "ä", "a".repeat(65), "a@b", "a:b", "a%2f", "..", "."],
];

for (const text of VALID) {
  Deno.test(`parseAppId accepts ${text.slice(0, 20)}`, () => {
    assertEquals(parseAppId(text) as string, text);
  });
}

for (const text of INVALID) {
  Deno.test(`parseAppId refuses ${JSON.stringify(text).slice(0, 20)}`, async () => {
    await assertRefused(() => parseAppId(text), "APP_ID_INVALID", 64);
    assertEquals(tryParseAppId(text), undefined);
  });
}

Deno.test("tryParseAppId accepts nothing that is more than one path component", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 70 }), (text) => {
    const id = tryParseAppId(text);
    if (id === undefined) return;
    assertEquals(new URL(`apps/${id}/x`, "file:///r/").pathname, `/r/apps/${text}/x`);
  }));
});
