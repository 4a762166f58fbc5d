import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { wrap } from "../../src/cli/wrap.ts";

Deno.test("wrap() breaks between words and indents what follows", () => {
  assertEquals(wrap("one two three", 12, "  why: "), ["  why: one", "       two", "       three"]);
  assertEquals(wrap("one two three", 9, "", "  "), ["one two", "  three"]);
});

Deno.test("wrap() keeps a word that is longer than a line whole", () => {
  const url = `https://bundles.example.com/${"a".repeat(80)}`;
  assertEquals(wrap(`see ${url} now`, 40, "  "), ["  see", `  ${url}`, "  now"]);
});

Deno.test("wrap() loses no word, and no line of several words is too long", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(fc.property(words, fc.integer({ min: 1, max: 40 }), (words, columns) => {
    const lines = wrap(words.join(" "), columns);
    assertEquals(lines.join(" ").split(" "), words);
    assert(lines.every((line) => line.length <= columns || !line.includes(" ")));
  }));
});
