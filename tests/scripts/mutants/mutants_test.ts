import { assert, assertEquals } from "@std/assert";
import { MUTANTS } from "../../../scripts/mutants/list.ts";
import { type Mutant, mutate } from "../../../scripts/mutants/mutant.ts";
import { type Outcome, summary } from "../../../scripts/mutants/outcome.ts";

const MUTANT: Mutant = { file: "a.ts", find: "a < b", replace: "a > b", why: "x", tests: ["t"] };
const outcomes = (state: Outcome["state"], count: number, mutant = MUTANT): Outcome[] =>
  Array.from({ length: count }, () => ({ mutant, state }));

Deno.test("mutate makes the one change, and none where the text is not there once", () => {
  assertEquals(mutate("if (a < b) c;", MUTANT), { text: "if (a > b) c;" });
  assert("stale" in mutate("if (a <= b) c;", MUTANT));
  assert("stale" in mutate("a < b || a < b", MUTANT));
});

Deno.test("summary is sound up to one survivor in twenty, and never with one that may not live", () => {
  assertEquals(summary([...outcomes("killed", 19), ...outcomes("survived", 1)]).sound, true);
  assertEquals(summary([...outcomes("killed", 18), ...outcomes("survived", 2)]).sound, false);
  const known = { ...MUTANT, never: true } as const;
  assertEquals(
    summary([...outcomes("killed", 99), ...outcomes("survived", 1, known)]).sound,
    false,
  );
  assertEquals(summary([...outcomes("killed", 99), ...outcomes("stale", 1)]).sound, false);
  assertEquals(summary([...outcomes("killed", 99), ...outcomes("red", 1)]).sound, false);
  assertEquals(summary([]).sound, false);
});

Deno.test("MUTANTS are at least 60, no two of them the same", () => {
  assert(MUTANTS.length >= 60, `${MUTANTS.length}`);
  const changes = MUTANTS.map(({ file, find, replace }) => `${file}\n${find}\n${replace}`);
  assertEquals(new Set(changes).size, MUTANTS.length);
});
