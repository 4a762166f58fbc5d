import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { smallSha256 } from "../../src/store/small_sha256.ts";
import { sha256 } from "../support/bundles.ts";

Deno.test("smallSha256 is SHA-256 for every length around a block, and for any text", () => {
  for (let length = 0; length < 200; length++) {
    const text = "a".repeat(length);
    assertEquals(smallSha256(text), sha256(text) as string, `${length} characters`);
  }
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 3000 }), (text) => {
    assertEquals(smallSha256(text), sha256(text) as string);
  }));
});
