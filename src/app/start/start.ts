import { planOf } from "../../launch/plan.ts";
import type { Context } from "../context.ts";
import { warnOfClosedCache } from "./closed_cache.ts";
import { leaseEnvironment } from "./environment.ts";
import { keepPlan } from "./keep_plan.ts";
import { inPlaceOf } from "./last_good.ts";
import { findWanted, publishCallable, type Wanted, wantedOf } from "./program.ts";
import { type Selection, selectPython } from "./python.ts";
import { type Confirmation, remember } from "./remember.ts";
import { rulesFor } from "./rules.ts";
import type { Start, StartRequest } from "./request.ts";
import { type ResolvedRelease, tellRelease } from "./resolved_release.ts";
import { resolveTarget } from "./resolve.ts";

/**
 * `edgeboot run` and `edgeboot exec`: from a request to the one exec of what its target stands for now, or,
 * where that cannot be had or does not hold what it promises, of what last started here.
 * @throws EdgebootError of every step
 */
export async function planStart(request: StartRequest, context: Context): Promise<Start> {
  context.store.checkRoot();
  const resolved = await resolveTarget(request.target, context);
  const { release, source, remember } = resolved;
  tellRelease(release, source, context);
  try {
    return await planRelease(release, request, context, remember);
  } catch (error) {
    const lastGood = inPlaceOf(resolved, error, request.target, context);
    return await planRelease(lastGood, request, context);
  }
}

async function planRelease(
  release: ResolvedRelease,
  request: StartRequest,
  context: Context,
  confirmation?: Confirmation,
): Promise<Start> {
  const wanted = wantedOf(request, release, context);
  const selection = await selectPython(release, context);
  return await planSelected(release, selection, wanted, context, confirmation);
}

/** From a release and the interpreter that it fits to the one exec. */
export async function planSelected(
  release: ResolvedRelease,
  selection: Selection,
  wanted: Wanted,
  context: Context,
  confirmation?: Confirmation,
): Promise<Start> {
  const { python, variant } = selection;
  const occasion = { kind: "start", python } as const;
  const leased = await leaseEnvironment(release, variant, occasion, context);
  const { environment, fetchedLayers, leases } = leased;
  if (confirmation !== undefined) remember(confirmation, context);
  const found = await findWanted(wanted, release, environment, context);
  if (fetchedLayers > 0) {
    const { collectToLimits } = await import("../fetch/collect.ts");
    await collectToLimits(context);
  }
  if (wanted.kind === "entry") {
    // Not at every start: the next one finds a plan.
    const { warnOfOutsideLinks } = await import("../fetch/outside_links.ts");
    warnOfOutsideLinks(variant.layers, python, context);
  }
  warnOfClosedCache(wanted, release.label, context);
  const program = publishCallable(found, context);
  const rules = rulesFor(program, environment, release, context);
  const plan = planOf(program, rules, context.host.env);
  keepPlan({ release, selection, wanted, program, rules, environment }, context);
  context.report.event({ kind: "phase", phase: "plan" });
  return { plan, leases };
}
