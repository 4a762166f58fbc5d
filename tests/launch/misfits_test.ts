import { assertEquals } from "@std/assert";
import { describeMisfits, type Misfit } from "../../src/launch/misfits.ts";

const OLD = "variant 1: it needs glibc 2.99";
const near = (path: string, version: string): Misfit => ({
  ...{ path, version, reasons: [OLD, "variant 2: it is built for cp39"], near: [OLD] },
});
const far = (path: string, version: string): Misfit => ({
  ...{ path, version, reasons: [`variant 1: this is ${version}`], near: [] },
});

const TABLE: [name: string, misfits: Misfit[], expected: string][] = [
  ["there is one", [far("/a", "3.9")], "/a, Python 3.9: variant 1: this is 3.9"],
  [
    "one goes by several names",
    [far("/a", "3.9"), far("/b", "3.9")],
    "/a and 1 more, Python 3.9: variant 1: this is 3.9",
  ],
  [
    "a later one comes closer",
    [far("/a", "3.9"), near("/c", "3.11"), far("/b", "3.10"), far("/d", "3.10")],
    `/c, Python 3.11: ${OLD}; variant 2: it is built for cp39; no other Python here fits either (3.9, 3.10)`,
  ],
  [
    "there are many variants",
    [{ ...far("/a", "3.9"), reasons: ["1", "2", "3", "4", "5"], near: ["4"] }],
    "/a, Python 3.9: 4; and 4 more variants do not fit",
  ],
  [
    "many variants are all far",
    [{ ...far("/a", "3.9"), reasons: ["1", "2", "3", "4", "5"] }],
    "/a, Python 3.9: 1; 2; 3; 4; and 1 more variants do not fit",
  ],
];

for (const [name, misfits, expected] of TABLE) {
  Deno.test(`describeMisfits tells the closest interpreter in full when ${name}`, () => {
    assertEquals(describeMisfits(misfits), expected);
  });
}
