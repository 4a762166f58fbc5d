import type { Lock } from "../../host/ports.ts";
import type { Variant } from "../../model/release.ts";
import type { Context } from "../context.ts";
import type { ResolvedRelease } from "./resolved_release.ts";
import { supervised } from "./supervised.ts";
import { missingLayers, type Tree, treesOf } from "./trees.ts";

/** The trees of a variant, in order, and what keeps the collector away from them. */
export interface LeasedTrees {
  readonly trees: readonly Tree[];
  /** Layers that had to be fetched. */
  readonly fetchedLayers: number;
  /** Held until they are released, or inherited by the program that replaces this one. */
  readonly leases: readonly Lock[];
}

/**
 * Leases first, then the look whether the trees are there: a tree that is seen under its lease stays.
 *
 *   starter                              collector
 *   lease → held (no file: none)
 *   tree is missing                      (had removed it)
 *   lease → made and held, fetch         lease is locked → keeps what is being fetched
 *
 * A warm start makes nothing; a cold one also makes the leases of trees that never had one.
 * @throws EdgebootError of `ensureTrees`
 */
export async function leaseTrees(
  release: ResolvedRelease,
  variant: Variant,
  context: Context,
): Promise<LeasedTrees> {
  const held = await takeLeases(variant, context, false);
  const missing = missingLayers(variant, context);
  if (missing.length === 0) {
    tellLeases(variant, 0, held.length, context);
    return { trees: treesOf(variant, context), fetchedLayers: 0, leases: held };
  }
  for (const lease of held) lease.release();
  await context.report.begins?.();
  const leases = await makeLeases(variant, context);
  tellLeases(variant, missing.length, leases.length, context);
  const trees = await supervised(`fetching ${release.label}`, context, async (report) => {
    const { ensureSpace } = await import("../fetch/space.ts");
    const { ensureTrees } = await import("../fetch/fetch_trees.ts");
    const supervised = { ...context, report };
    await ensureSpace(release, missing, supervised);
    return await ensureTrees(release, variant, supervised);
  });
  context.report.event({ kind: "phase", phase: "layers" });
  return { trees, fetchedLayers: missing.length, leases };
}

/** @param leased layers that are protected, by leases of their own or by one of an environment */
export function tellLeases(
  { layers }: Variant,
  missing: number,
  leased: number,
  { report }: Pick<Context, "report">,
): void {
  report.event({ kind: "layers", layers: layers.length, missing, leased });
  report.event({ kind: "phase", phase: "leases" });
}

type Leasing = Pick<Context, "store" | "host">;

/** Other users must be able to lock a lease, whatever the caller's umask. */
async function makeLeases(variant: Variant, context: Leasing): Promise<Lock[]> {
  const { process } = context.host;
  const umask = process.umask(0o022);
  try {
    return await takeLeases(variant, context, true);
  } finally {
    process.umask(umask);
  }
}

async function takeLeases(
  variant: Variant,
  { store }: Pick<Context, "store">,
  create: boolean,
): Promise<Lock[]> {
  const leases: Lock[] = [];
  for (const digest of new Set(variant.layers.map(({ sha256 }) => sha256))) {
    const lease = await store.lease(digest, { create });
    if (lease !== undefined) leases.push(lease);
  }
  return leases;
}
