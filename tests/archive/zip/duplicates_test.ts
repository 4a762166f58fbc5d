import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { NameHashes } from "../../../src/archive/zip/duplicates.ts";
import { text } from "./build.ts";

function duplicateIn(names: readonly string[]): string | undefined {
  const hashes = new NameHashes(names.length);
  for (const name of names) hashes.add(text(name));
  const [pair] = hashes.duplicates((index) => names[index]!);
  return pair && names[pair[1]];
}

const CASES: [names: string[], duplicate: string | undefined][] = [
  [[], undefined],
  [["a"], undefined],
  [["a", "b", "ab", "ba"], undefined],
  [["a", "b", "a"], "a"],
  [["", ""], ""],
  [["a/", "a"], undefined],
];

for (const [names, expected] of CASES) {
  Deno.test(`NameHashes finds ${expected ?? "nothing"} twice in ${JSON.stringify(names)}`, () => {
    assertEquals(duplicateIn(names), expected);
  });
}

Deno.test("NameHashes agrees with a set of the names", () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 }), (names) => {
    const wellFormed = names.map((name) => name.toWellFormed());
    const expected = new Set(wellFormed).size < wellFormed.length;
    assertEquals(duplicateIn(wellFormed) !== undefined, expected);
  }));
});

Deno.test("NameHashes tells 200,000 similar names apart", () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `pkg/module_${i % 450}/file_${i}.py`);
  assertEquals(duplicateIn(names), undefined);
  assertEquals(duplicateIn([...names, names[77]!]), names[77]);
});
