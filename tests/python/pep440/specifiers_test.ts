import { assertEquals } from "@std/assert";
import { contains, parseSpecifiers } from "../../../src/python/pep440/specifiers.ts";
import { parseVersion } from "../../../src/python/pep440/version.ts";

const holds = (specifiers: string, version: string) =>
  contains(parseSpecifiers(specifiers)!, parseVersion(version)!, version);

const CASES: readonly [specifiers: string, inside: string[], outside: string[]][] = [
  ["", ["1", "1a1", "0+x"], []],
  ["==1.1", ["1.1", "1.1.0", "1.1+local"], ["1.1.post1", "1.1a1", "1.1.1"]],
  ["==1.1+local", ["1.1+LOCAL"], ["1.1", "1.1+other"]],
  ["==1.1.*", ["1.1", "1.1.1", "1.1a1", "1.1.post1"], ["1.2", "1", "1!1.1"]],
  ["==1.1a1.*", ["1.1a1", "1.1a1.post2"], ["1.1a2", "1.1"]],
  ["!=1.1", ["1.1.post1", "1.0"], ["1.1", "1.1.0"]],
  ["!=1.1.*", ["1.2", "1.0"], ["1.1.5"]],
  ["~=2.2", ["2.2", "2.3", "2.2.post3"], ["3.0", "2.1", "2.2a1"]],
  ["~=1.4.5a4", ["1.4.5a4", "1.4.5", "1.4.9"], ["1.5", "1.4.5a3"]],
  [">=1.0", ["1.0", "1.0+x", "2"], ["1.0a1", "0.9"]],
  ["<=1.0", ["1.0", "1.0+x", "1.0a1"], ["1.0.post1", "1.1"]],
  [">1.7", ["1.7.1", "1.8"], ["1.7", "1.7.0.post1", "1.7+x"]],
  [">1.7.post2", ["1.7.post3", "1.7.1"], ["1.7.post2", "1.7"]],
  ["<3.1", ["3.0", "3.0.post1", "2a1"], ["3.1", "3.1.dev0", "3.1a1"]],
  ["<3.1rc1", ["3.1a1", "3.1b2"], ["3.1rc1", "3.1"]],
  ["===1.0", ["1.0"], ["1.0.0"]],
  [">=3.10, <3.13", ["3.11.7", "3.10"], ["3.13", "3.9"]],
  [">= 3.8,!= 3.9.1", ["3.9.2"], ["3.9.1"]],
];

Deno.test("contains holds for the versions that PEP 440 says", () => {
  for (const [specifiers, inside, outside] of CASES) {
    for (const version of inside) {
      assertEquals(holds(specifiers, version), true, `${specifiers} ${version}`);
    }
    for (const version of outside) {
      assertEquals(holds(specifiers, version), false, `${specifiers} ${version}`);
    }
  }
});

Deno.test("parseSpecifiers refuses what is no specifier set", () => {
  for (const text of ["1.0", "=1.0", "==", ">=1.*", "~=1", "==1.0.dev1.*", ">=x", "==1.0+x.*"]) {
    assertEquals(parseSpecifiers(text), undefined, text);
  }
});
