import type { LaidOut } from "../../launch/environment/layer_parts.ts";
import { findConflicts } from "../../python/wheel/conflicts.ts";
import type { Context } from "../context.ts";

/** What is told of them one by one. */
const MOST_NAMED = 5;

/**
 * Warns of files that one wheel loses to another: the earlier layer's is installed, and a package of the later
 * one may then fail in a way that nobody would look for here.
 */
export function warnOfConflicts(
  layers: readonly LaidOut[],
  { report }: Pick<Context, "report">,
): void {
  const contributions = layers.flatMap(({ wheel }) =>
    wheel === undefined ? [] : [{ name: wheel.name.file, files: wheel.files }]
  );
  const conflicts = findConflicts(contributions);
  if (conflicts.length === 0) return;
  const named = conflicts.slice(0, MOST_NAMED).map(({ target, first, second }) =>
    `${target} of ${second}, in whose place is that of ${first}`
  );
  const others = conflicts.length - named.length;
  const more = others > 0 ? `; and ${others} more` : "";
  report.event({ kind: "warning", text: `wheels have the same files: ${named.join("; ")}${more}` });
}
