import { EdgebootError } from "../../model/errors.ts";
import type { Context } from "../context.ts";
import type { Environment } from "../start/surroundings.ts";
import { keepPlan } from "../start/keep_plan.ts";
import { findWanted, publishCallable, wantedOf } from "../start/program.ts";
import type { Selection } from "../start/python.ts";
import type { Target } from "../start/request.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";
import { rulesFor } from "../start/rules.ts";

/**
 * The plan of the start that is usual, so that the first one has it, and every one from a cache that is
 * read-only by then. What cannot be started yet is for the start to say.
 */
export async function planAhead(
  target: Target,
  release: ResolvedRelease,
  selection: Selection,
  environment: Environment,
  context: Context,
): Promise<void> {
  try {
    const wanted = wantedOf({ kind: "run", target, args: [] }, release, context);
    const found = await findWanted(wanted, release, environment, context);
    const program = publishCallable(found, context);
    const rules = rulesFor(program, environment, release, context);
    keepPlan({ release, selection, wanted, program, rules, environment }, context);
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
  }
}
