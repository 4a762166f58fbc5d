import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareVersions, parseVersion } from "../../../src/python/pep440/version.ts";

const compare = (a: string, b: string) =>
  Math.sign(compareVersions(parseVersion(a)!, parseVersion(b)!));

/** PEP 440's own examples of the order, and what else tells two versions apart. */
const ASCENDING = [
  ...["1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456"],
  ...["1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0"],
  ...["1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1"],
  ...["2", "10", "2013.10", "1!0.1"],
];

Deno.test("compareVersions puts versions into the order of PEP 440", () => {
  for (const [i, a] of ASCENDING.entries()) {
    for (const [j, b] of ASCENDING.entries()) {
      assertEquals(compare(a, b), Math.sign(i - j), `${a} ${b}`);
    }
  }
});

Deno.test("compareVersions takes spellings of one version for the same", () => {
  for (
    const [a, b] of [
      ...[["1.0", "1"], ["v1.0", "1.0.0"], ["1.0alpha1", "1.0a1"], ["1.0-1", "1.0.post1"]],
      ...[["1.0.rev3", "1.0post3"], ["1.0RC1", "1.0c1"], ["1.0.dev", "1.0dev0"], [
        "1.0+A_b",
        "1.0+a.b",
      ]],
      ...[["01.2", "1.2"], ["1.0preview", "1.0rc0"], ["0!1", "1"]],
    ] as [string, string][]
  ) assertEquals(compare(a, b), 0, `${a} ${b}`);
});

Deno.test("parseVersion refuses what is no version", () => {
  for (const text of ["", "1.x", "french toast", "1.0+", "1.0a1b1", "1..0", "1.0+a..b", "1.0.*"]) {
    assertEquals(parseVersion(text), undefined, text);
  }
});

Deno.test("compareVersions is an order, whatever it is given", () => {
  const word = fc.constantFrom("a", "b", "rc", ".post", ".dev", "+x.");
  const version = fc.tuple(
    fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
    fc.option(fc.tuple(word, fc.nat(2)), { nil: undefined }),
  ).map(([release, end]) => release.join(".") + (end?.join("") ?? ""));
  fc.assert(fc.property(version, version, version, (a, b, c) => {
    assertEquals(compare(a, b), -compare(b, a) + 0);
    if (compare(a, b) <= 0 && compare(b, c) <= 0) assertEquals(compare(a, c) <= 0, true);
  }));
});
