import type { Context } from "../context.ts";
import { composeEnvironment, publishSupport } from "../start/environment.ts";
import { leaseTrees } from "../start/leased_trees.ts";
import { selectPython } from "../start/python.ts";
import { remember } from "../start/remember.ts";
import type { Target } from "../start/request.ts";
import { resolveTarget } from "../start/resolve.ts";
import { tellRelease } from "../start/resolved_release.ts";
import { collectToBudget } from "./budget.ts";
import { planAhead } from "./plan_ahead.ts";

export interface Fetched {
  readonly label: string;
  readonly version: string | undefined;
  /** `sha256:<hex>` */
  readonly digest: string;
  readonly trees: readonly string[];
  /** layers that were not in the cache before */
  readonly fetchedLayers: number;
}

/**
 * `edgeboot fetch`: warms the cache and starts nothing. Without the last good release as a way out:
 * whoever asks for a fetch wants to know that it did not work.
 * @throws EdgebootError of every step but the last
 */
export async function fetchTarget(target: Target, context: Context): Promise<Fetched> {
  context.store.checkRoot();
  const { release, source, remember: confirmation } = await resolveTarget(target, context);
  tellRelease(release, source, context);
  const selection = await selectPython(release, context, "always");
  const { python, variant } = selection;
  const occasion = { kind: "fetch", python } as const;
  const { trees, fetchedLayers } = await leaseTrees(release, variant, occasion, context);
  await publishSupport(context);
  const environment = await composeEnvironment(release, trees, python, context);
  if (confirmation !== undefined) remember(confirmation, context);
  await planAhead(target, release, selection, environment, context);
  if (fetchedLayers > 0) await collectToBudget(context);
  context.report.event({ kind: "phase", phase: "plan" });
  return {
    label: release.label,
    version: release.version,
    digest: `sha256:${release.digest}`,
    trees: trees.map((tree) => tree.path),
    fetchedLayers,
  };
}
