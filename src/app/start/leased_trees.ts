import type { Variant } from "../../model/release.ts";
import type { Lock } from "../../host/ports.ts";
import type { TreePreparation } from "../fetch/bytecode.ts";
import type { Context } from "../context.ts";
import type { Subject } from "./subject.ts";
import { supervised } from "./supervised.ts";
import { missingLayers, type Tree, treesOf } from "./trees.ts";

/** The trees of a variant, in order, and what keeps the collector away from them. */
export interface LeasedTrees {
  readonly trees: readonly Tree[];
  /** Layers that had to be fetched. */
  readonly fetchedLayers: number;
  /** Hands the leases on to the program that replaces this one. */
  keepAcrossExec(): void;
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
  subject: Subject,
  variant: Variant,
  context: Context,
  prepare?: TreePreparation,
): Promise<LeasedTrees> {
  const held = await takeAll(variant, context, false);
  const missing = missingLayers(variant, context);
  if (missing.length === 0) {
    tell(variant, 0, held, context);
    return leased(treesOf(variant, context), 0, held);
  }
  for (const lease of held) lease.release();
  await context.report.begins?.();
  const made = await makeAll(variant, context);
  tell(variant, missing.length, made, context);
  const trees = await supervised(`fetching ${subject.label}`, context, async (context) => {
    const { ensureSpace } = await import("../fetch/space.ts");
    const { ensureTrees } = await import("../fetch/fetch_trees.ts");
    await ensureSpace(subject, missing, context);
    return await ensureTrees(subject, variant, context, prepare);
  });
  context.report.event({ kind: "phase", phase: "layers" });
  return leased(trees, missing.length, made);
}

function tell(
  { layers }: Variant,
  missing: number,
  { length: leased }: readonly Lock[],
  { report }: Context,
): void {
  report.event({ kind: "layers", layers: layers.length, missing, leased });
  report.event({ kind: "phase", phase: "leases" });
}

function leased(trees: Tree[], fetchedLayers: number, leases: readonly Lock[]): LeasedTrees {
  const keepAcrossExec = () => leases.forEach((lease) => lease.inherit());
  return { trees, fetchedLayers, keepAcrossExec };
}

/** Other users must be able to lock a lease, whatever the caller's umask. */
async function makeAll(variant: Variant, context: Context): Promise<Lock[]> {
  const { process } = context.host;
  const umask = process.umask(0o022);
  try {
    return await takeAll(variant, context, true);
  } finally {
    process.umask(umask);
  }
}

async function takeAll(
  variant: Variant,
  { store }: Context,
  create: boolean,
): Promise<Lock[]> {
  const leases: Lock[] = [];
  for (const digest of new Set(variant.layers.map(({ sha256 }) => sha256))) {
    const lease = await store.lease(digest, { create });
    if (lease !== undefined) leases.push(lease);
  }
  return leases;
}
