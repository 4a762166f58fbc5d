import { environmentKey, supportsEnvironments } from "../../launch/environment/key.ts";
import { type LaidOut, partsOf } from "../../launch/environment/layer_parts.ts";
import { joined } from "../../launch/environment/paths.ts";
import { findTreePaths, type TreePaths } from "../../launch/tree_paths.ts";
import type { Variant } from "../../model/release.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import type { Lock } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";
import { leaseTrees, tellLeases } from "./leased_trees.ts";
import type { ResolvedRelease } from "./resolved_release.ts";
import { markSeen, warnOfWrites } from "./written_roots.ts";
import { missingLayers, type Occasion, type Tree, treesOf } from "./trees.ts";

/** An environment, and what keeps every collector away from it and from its trees. */
export interface LeasedEnvironment {
  readonly environment: Environment;
  /** Layers that had to be fetched. */
  readonly fetchedLayers: number;
  /** Held until they are released, or inherited by the program that replaces this one. */
  readonly leases: readonly Lock[];
}

/**
 * The environment of a variant for one interpreter. Where it is in the cache this only looks; else its layers
 * are fetched where they are missing, and it is made.
 * @throws EdgebootError of `ensureTrees`; VARIANT_UNFIT (78)
 */
export async function leaseEnvironment(
  release: ResolvedRelease,
  variant: Variant,
  occasion: Occasion,
  context: Context,
): Promise<LeasedEnvironment> {
  const { python } = occasion;
  const { isolation } = release.body;
  const key = environmentKey({ layers: variant.layers, python, isolation });
  const found = await findEnvironment(key, variant, release.label, occasion, context);
  if (found !== undefined) {
    const trees = treesOf(variant, context);
    const environment = describe(trees, python, release, context, { path: found.path, key });
    await warnOfWrites(environment, release.label, context);
    return { environment, fetchedLayers: 0, leases: found.leases };
  }
  const { trees, fetchedLayers, leases } = await leaseTrees(release, variant, context);
  const described = describe(trees, python, release, context, {
    ...{ path: undefined, key: undefined },
  });
  if (!supportsEnvironments(python)) return { environment: described, fetchedLayers, leases };
  const { composeEnvironment } = await import("./compose.ts");
  const layers = laidOut(trees, described.trees);
  const composed = await composeEnvironment(key, layers, described, release, occasion, context);
  if (fetchedLayers > 0 && composed.path !== undefined) markSeen(composed.path, context.host);
  // Who has the environment's lease needs no other; see src/store/lease.ts for the order.
  if (composed.covers) leases.forEach((lease) => lease.release());
  return {
    environment: { ...described, path: composed.path, key: composed.inCache ? key : undefined },
    fetchedLayers,
    leases: composed.covers ? composed.leases : [...leases, ...composed.leases],
  };
}

/** Its lease first, then the look whether it is there: an environment that is seen under its lease stays. */
async function findEnvironment(
  key: string,
  variant: Variant,
  label: string,
  occasion: Occasion,
  context: Context,
): Promise<{ path: string; leases: Lock[] } | undefined> {
  const { store } = context;
  const lease = await store.environmentLease(key);
  const leases = lease === undefined ? [] : [lease];
  if (store.hasEnvironment(key) && missingLayers(variant, context).length === 0) {
    const { needsAnother } = await import("./mend.ts");
    if (!await needsAnother(key, label, occasion, context)) {
      tellLeases(variant, 0, leases.length === 0 ? 0 : variant.layers.length, context);
      return { path: store.environmentPath(key), leases };
    }
  }
  lease?.release();
  return undefined;
}

function describe(
  leased: readonly Tree[],
  python: PythonInfo,
  { body }: ResolvedRelease,
  { host }: Pick<Context, "host">,
  place: Pick<Environment, "path" | "key">,
): Environment {
  const trees = leased.map((tree) => findTreePaths(tree.path, tree.layer, python, host.fs));
  const parts = laidOut(leased, trees).map(partsOf);
  const hasDependencies = parts.some((part) => part.isWheel || part.dependencies.length > 0);
  const pyzs = trees.flatMap(({ pyz }) => pyz ?? []);
  return {
    ...{ ...place, python, trees },
    isolation: body.isolation ?? (hasDependencies ? "hermetic" : "shared"),
    appRoots: [...parts.flatMap(({ tree, app }) => app.map((root) => joined(tree, root))), ...pyzs],
  };
}

function laidOut(leased: readonly Tree[], trees: readonly TreePaths[]): LaidOut[] {
  return leased.map(({ layer }, index) => ({ layer, paths: trees[index]! }));
}
