import { assertEquals } from "@std/assert";
import { earlier } from "../../../src/app/releases/history.ts";
import type { RefRecord } from "../../../src/store/mod.ts";
import { sha256 } from "../../support/bundles.ts";

/** `history` newest first, one letter a release. */
function record(history: string, digest: string, pinned?: string): RefRecord {
  return {
    digest: sha256(digest),
    version: undefined,
    validator: undefined,
    checkedAt: 0,
    history: [...history].map((letter) => ({ digest: sha256(letter), version: letter, at: 0 })),
    pinned: pinned === undefined ? undefined : sha256(pinned),
  };
}

const CASES: [string, string, string | undefined, string][] = [
  ["cba", "c", undefined, "ba"],
  ["cba", "c", "b", "a"],
  ["cba", "c", "a", ""],
  ["aba", "a", undefined, "b"],
  ["abab", "a", "b", "a"],
  ["cba", "c", "x", "cba"],
  ["", "c", undefined, ""],
  ["bbaa", "b", undefined, "a"],
];

for (const [history, digest, pinned, expected] of CASES) {
  const pin = pinned === undefined ? "" : ` pinned to ${pinned}`;
  Deno.test(`earlier gives "${expected}" for ${history || "nothing"} at ${digest}${pin}`, () => {
    const found = earlier(record(history, digest, pinned)).map(({ version }) => version).join("");
    assertEquals(found, expected);
  });
}
