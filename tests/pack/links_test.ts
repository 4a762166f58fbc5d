import { assertEquals } from "@std/assert";
import { leadsOutside } from "../../src/pack/links.ts";
import { checkName } from "../../src/pack/names.ts";
import { refusalOf } from "../support/refusal.ts";

const CASES: readonly (readonly [path: string, target: string, inside: boolean])[] = [
  ["a", "b", true],
  ["d/a", "../b", true],
  ["d/a", "../e/../b", true],
  ["a", "/etc/passwd", false],
  ["a", "../b", false],
  ["d/a", "../../b", false],
  ["d/a", "x/../../../b/d", false],
];

for (const [path, target, inside] of CASES) {
  Deno.test(`leadsOutside is ${!inside} when ${path} leads to ${target}`, () => {
    assertEquals(leadsOutside(path, target) === undefined, inside);
  });
}

Deno.test("checkName refuses names that no edgeboot would unpack", async () => {
  for (const path of ["a\nb", "a\\b", "C:x", "a\u202eb", "a\ufffdb", "d/\x7f"]) {
    const { facts } = await refusalOf(() => checkName(path));
    assertEquals(facts.rule, "name", JSON.stringify(path));
  }
  for (const path of ["a b", "é/漢.py", "ab:c/d", "-x"]) checkName(path);
});
