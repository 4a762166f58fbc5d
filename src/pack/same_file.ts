import type { EdgebootError } from "../model/errors.ts";
import type { WheelConflict } from "../python/wheel/conflicts.ts";
import { refused } from "./refusal.ts";

const MOST_NAMED = 3;

/** @returns PACK_REFUSED (65): in one environment, one of two files would be lost */
export function sameFile(conflicts: readonly WheelConflict[]): EdgebootError {
  const named = conflicts.slice(0, MOST_NAMED).map(({ target, first, second }) =>
    `${target} is in ${first} and in ${second}`
  );
  const more = conflicts.length > MOST_NAMED ? `; and ${conflicts.length - MOST_NAMED} more` : "";
  return refused("same-file", {
    what: "two wheels have one file of different content",
    why: `${named.join("; ")}${more}`,
    next: "lock only one of the two, or other versions of them: they overwrite each other in any " +
      "environment, and which one wins depends on the order",
  }, { path: conflicts[0]!.target, wheel: conflicts[0]!.second });
}
