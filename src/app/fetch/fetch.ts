import { findTreePaths } from "../../launch/tree_paths.ts";
import { bytecodeFor } from "./bytecode.ts";
import { publishPathScripts, publishSupport } from "../start/compose.ts";
import type { Context } from "../context.ts";
import { collectToBudget } from "./budget.ts";
import { leaseTrees } from "../start/leased_trees.ts";
import { selectPython } from "../start/python.ts";
import type { Target } from "../start/request.ts";
import { resolveTarget } from "../start/resolve.ts";
import { tellRelease } from "../start/start.ts";

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
 */
export async function fetchTarget(target: Target, context: Context): Promise<Fetched> {
  context.store.checkRoot();
  const { subject, remember, source } = await resolveTarget(target, context);
  tellRelease(subject, source, context);
  const { python, variant } = await selectPython(subject, context, { libraries: "always" });
  const { trees, fetchedLayers } = await leaseTrees(
    subject,
    variant,
    context,
    bytecodeFor(python, context, "fetch"),
  );
  await publishSupport(context);
  const paths = trees.map(({ path, layer }) => findTreePaths(path, layer, python, context.host.fs));
  publishPathScripts(paths, python, context);
  remember();
  if (fetchedLayers > 0) await collectToBudget(context);
  context.report.event({ kind: "phase", phase: "plan" });
  return {
    label: subject.label,
    version: subject.version,
    digest: `sha256:${subject.digest}`,
    trees: trees.map((tree) => tree.path),
    fetchedLayers,
  };
}
