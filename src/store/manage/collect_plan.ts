import type { LayerDigest } from "../../model/digest.ts";

/** What is known of one tree when a collection is decided. */
export interface TreeState {
  readonly digest: LayerDigest;
  readonly bytes: number;
  /** milliseconds since the epoch, to the hour */
  readonly lastUsedAt: number;
  readonly hold: Hold;
  /** The strongest reason to keep it that releases give; undefined: no kept release needs it. */
  readonly keptBy: KeptBy | undefined;
  /** Whether any release in the cache names it, kept or not. */
  readonly named: boolean;
}

/**
 * Whether somebody runs from the tree. `no-lease`, `no-locks`: nobody can tell, so it is taken for used:
 * a tree that an image brought, a file system without locks, another user's lease.
 */
export type Hold = "free" | "in-use" | "no-lease" | "no-locks";

export interface KeptBy {
  readonly rank: "pinned" | "kept";
  /** `shop 1.4.2, current of stable` */
  readonly why: string;
}

export interface CollectOptions {
  /** Remove the least recently used until no more than this is left, bytes. */
  readonly maxBytes?: number | undefined;
  /** Remove what was not used for this long, kept releases included, pinned ones not. */
  readonly maxAgeMs?: number | undefined;
  /**
   * Take for unused what nobody can tell about (`no-lease`, `no-locks`) once it was not used for this long.
   * Absent: never, as an app may run for years. Only a person who knows the machines can say it.
   */
  readonly unlockedAgeMs?: number | undefined;
  /** Remove everything that no kept release needs, whether or not there is room for it. */
  readonly prune: boolean;
}

export type RemoveReason = "superseded" | "unnamed" | "age" | "size";
export type KeepReason =
  | Exclude<Hold, "free">
  | "pinned"
  | "kept"
  /** No release names it, but it was used not long ago: an archive that is started directly. */
  | "recent"
  | "within-limits";

export interface Removal {
  readonly tree: TreeState;
  readonly reason: RemoveReason;
}

export interface Keep {
  readonly tree: TreeState;
  readonly reason: KeepReason;
}

export interface CollectionPlan {
  /** In the order in which they are to be carried out. */
  readonly removals: readonly Removal[];
  readonly keeps: readonly Keep[];
  /** What is left above `maxBytes` because the rest must be kept, bytes. */
  readonly overBytes: number;
}

const RECENT_MS = 24 * 3_600_000;

/**
 * Decides what goes, least recently used first. Three rules hold whatever the options say: what may be in
 * use stays; what is pinned stays; what a kept release needs goes by age alone, never for room.
 */
export function planCollection(
  trees: readonly TreeState[],
  options: CollectOptions,
  now: number,
): CollectionPlan {
  const removals: Removal[] = [];
  const keeps: Keep[] = [];
  const spare: TreeState[] = [];
  for (const tree of oldestFirst(trees)) {
    const verdict = judge(tree, options, now);
    if (verdict === "spare") spare.push(tree);
    else if (verdict.keep) keeps.push({ tree, reason: verdict.keep });
    else removals.push({ tree, reason: verdict.remove! });
  }
  let left = sum(keeps.map(({ tree }) => tree)) + sum(spare);
  const most = options.maxBytes ?? Infinity;
  for (const tree of spare) {
    if (left > most) {
      removals.push({ tree, reason: "size" });
      left -= tree.bytes;
    } else {
      const recent = options.prune && !tree.named;
      keeps.push({ tree, reason: recent ? "recent" : "within-limits" });
    }
  }
  return { removals, keeps, overBytes: Math.max(0, left - most) };
}

type Verdict = "spare" | { readonly keep?: KeepReason; readonly remove?: RemoveReason };

function judge(tree: TreeState, options: CollectOptions, now: number): Verdict {
  const unusedMs = now - tree.lastUsedAt;
  if (tree.hold !== "free" && !isTakenForFree(tree.hold, unusedMs, options)) {
    return { keep: tree.hold };
  }
  if (tree.keptBy?.rank === "pinned") return { keep: "pinned" };
  if (options.maxAgeMs !== undefined && unusedMs > options.maxAgeMs) return { remove: "age" };
  if (tree.keptBy !== undefined) return { keep: "kept" };
  if (!options.prune) return "spare";
  if (tree.named) return { remove: "superseded" };
  return unusedMs > RECENT_MS ? { remove: "unnamed" } : "spare";
}

function isTakenForFree(hold: Hold, unusedMs: number, { unlockedAgeMs }: CollectOptions): boolean {
  return hold !== "in-use" && unlockedAgeMs !== undefined && unusedMs > unlockedAgeMs;
}

function oldestFirst(trees: readonly TreeState[]): TreeState[] {
  return trees.toSorted((a, b) => a.lastUsedAt - b.lastUsedAt || (a.digest < b.digest ? -1 : 1));
}

function sum(trees: readonly TreeState[]): number {
  return trees.reduce((total, { bytes }) => total + bytes, 0);
}
