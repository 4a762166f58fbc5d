import type { Context } from "../context.ts";
import { leaseEnvironment } from "../start/environment.ts";
import { selectPython } from "../start/python.ts";
import { remember } from "../start/remember.ts";
import type { Target } from "../start/request.ts";
import { resolveTarget } from "../start/resolve.ts";
import { tellRelease } from "../start/resolved_release.ts";
import { collectToLimits } from "./collect.ts";
import { warnOfOutsideLinks } from "./outside_links.ts";
import { planAhead } from "./plan_ahead.ts";

export interface Fetched {
  readonly label: string;
  readonly version: string | undefined;
  /** `sha256:<hex>` */
  readonly digest: string;
  readonly trees: readonly string[];
  /** undefined where none can be: for an interpreter that knows no virtual environments */
  readonly environment: string | undefined;
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
  const leased = await leaseEnvironment(release, variant, occasion, context);
  const { environment, fetchedLayers } = leased;
  if (confirmation !== undefined) remember(confirmation, context);
  // The first start has something to say of them, too.
  const hasOutsideLinks = warnOfOutsideLinks(variant.layers, python, context);
  if (!hasOutsideLinks) await planAhead(target, release, selection, environment, context);
  if (fetchedLayers > 0) await collectToLimits(context);
  context.report.event({ kind: "phase", phase: "plan" });
  return {
    label: release.label,
    version: release.version,
    digest: `sha256:${release.digest}`,
    trees: environment.trees.map((tree) => tree.root),
    environment: environment.path,
    fetchedLayers,
  };
}
