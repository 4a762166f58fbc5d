import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { sha256Hex } from "../../src/model/sha256.ts";
import { sha256 } from "../support/bundles.ts";

/** Around the ends of blocks, where padding begins a new one; and beyond ASCII. */
const TEXTS = [
  "",
  "abc",
  "\u00e9".repeat(200),
  ...[54, 55, 56, 63, 64, 65, 1000].map((n) => "a".repeat(n)),
];

for (const text of TEXTS) {
  Deno.test(`sha256Hex is SHA-256 of ${text.length} characters`, () => {
    assertEquals(sha256Hex(text), String(sha256(text)));
  });
}

Deno.test("sha256Hex is SHA-256 for every length around a block, and for any text", () => {
  for (let length = 0; length < 200; length++) {
    const text = "a".repeat(length);
    assertEquals(sha256Hex(text), sha256(text) as string, `${length} characters`);
  }
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 3000 }), (text) => {
    assertEquals(sha256Hex(text), sha256(text) as string);
  }));
});
