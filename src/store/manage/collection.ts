import type { LayerDigest } from "../../model/digest.ts";
import {
  type CollectOptions,
  type KeepReason,
  planCollection,
  type RemoveReason,
  type TreeState,
} from "./collect_plan.ts";
import { Collector } from "./collector.ts";
import { appsOf, readRefs, readReleases } from "./documents.ts";
import { keptLayers, keptReleases, type StoredRelease } from "./retention.ts";
import { listQuarantine, type Quarantined, removeQuarantined } from "./quarantine.ts";
import { sweep, type Sweepings } from "./sweep.ts";
import { listUsage, type TreeUsage } from "./usage.ts";
import { soundLocks } from "../work_lock.ts";
import { type FileSystem, FsError, type Host } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";

type CollectionHost = Pick<Host, "fs" | "locks" | "process" | "clock">;

export interface CollectRequest extends Partial<CollectOptions> {
  /** releases of each app that are kept, besides what channels stand for and what is pinned */
  readonly keep?: number;
  readonly dryRun?: boolean;
  /** Remove what has been in quarantine for longer than this; undefined: nothing of it. */
  readonly quarantineAgeMs?: number | undefined;
  /** How long trees that were taken away may be taken apart for, milliseconds; the rest is for next time. */
  readonly mostMs?: number;
}

export interface CollectedTree {
  readonly digest: LayerDigest;
  readonly bytes: number;
  /** milliseconds since the epoch */
  readonly lastUsedAt: number;
  readonly apps: readonly string[];
}

export interface Collected {
  readonly dryRun: boolean;
  readonly removed: readonly (CollectedTree & { readonly reason: RemoveReason })[];
  readonly kept: readonly (CollectedTree & {
    readonly reason: KeepReason;
    readonly pids: readonly number[];
    /** for "kept" and "pinned": the release that needs it */
    readonly neededBy: string | undefined;
  })[];
  readonly failed: readonly (CollectedTree & { readonly why: string })[];
  readonly freedBytes: number;
  readonly keptBytes: number;
  /** above the size that was asked for, because all of it must be kept */
  readonly overBytes: number;
  readonly documents: number;
  readonly leftovers: Sweepings;
  /** Not counted above: it is no tree that a start could take. */
  readonly quarantine: {
    readonly removed: readonly Quarantined[];
    readonly kept: readonly Quarantined[];
  };
}

export const DEFAULT_KEEP = 2;

/**
 * Brings the cache to what the request asks for. A tree that is found in use when its turn comes is kept,
 * and the plan is made again, so that another one goes in its place.
 */
export function collect(
  request: CollectRequest,
  layout: CacheLayout,
  outer: CollectionHost,
): Collected {
  const host = { ...outer, locks: soundLocks(layout, outer) };
  const { keep = DEFAULT_KEEP, dryRun = false, mostMs = Infinity, prune = false } = request;
  const options = { ...request, prune };
  const leftovers = sweep(layout, host, dryRun, mostMs === Infinity);
  const releases = readReleases(layout, host.fs);
  const kept = keptReleases(releases, readRefs(layout, host.fs), keep);
  const usage = listUsage(layout, host);
  const byDigest = new Map(usage.map((tree) => [tree.digest, tree]));
  const reasons = keptLayers(releases, kept);
  const named = new Set(releases.flatMap(({ layers }) => layers));
  const describe = describer(byDigest, releases);

  let states: TreeState[] = usage.map((tree) => ({
    ...tree,
    keptBy: reasons.get(tree.digest),
    named: named.has(tree.digest),
  }));
  const collector = new Collector(layout, host);
  const removed: Collected["removed"][number][] = [];
  const failed: Collected["failed"][number][] = [];
  let plan = planCollection(states, options, host.clock.now());
  for (let next = plan.removals[0]; next !== undefined; next = plan.removals[0]) {
    const { digest } = next.tree;
    const outcome = dryRun
      ? { kind: "removed" as const }
      : collector.remove(digest, next.tree.hold);
    if (outcome.kind === "held") {
      const { hold } = outcome;
      states = states.map((state) => state.digest === digest ? { ...state, hold } : state);
    } else {
      states = states.filter((state) => state.digest !== digest);
      if (outcome.kind === "removed") removed.push({ ...describe(digest), reason: next.reason });
      else failed.push({ ...describe(digest), why: outcome.why });
    }
    plan = planCollection(states, options, host.clock.now());
  }
  collector.emptyTrash(mostMs);
  const gone = new Set(removed.map(({ digest }) => digest));
  const keeps = plan.keeps.map(({ tree, reason }) => ({
    ...describe(tree.digest),
    reason,
    pids: byDigest.get(tree.digest)!.pids,
    neededBy: reason === "kept" || reason === "pinned" ? tree.keptBy?.why : undefined,
  }));
  return {
    dryRun,
    removed,
    kept: keeps,
    failed,
    freedBytes: bytesOf(removed),
    keptBytes: bytesOf(keeps) + bytesOf(failed),
    overBytes: plan.overBytes,
    documents: dryRun ? 0 : dropDocuments(releases, gone, layout, host.fs),
    leftovers,
    quarantine: collectQuarantine(request, layout, host),
  };
}

function collectQuarantine(
  { quarantineAgeMs = Infinity, dryRun = false }: CollectRequest,
  layout: CacheLayout,
  { fs, clock }: CollectionHost,
): Collected["quarantine"] {
  const removed: Quarantined[] = [];
  const kept: Quarantined[] = [];
  for (const item of listQuarantine(layout, fs)) {
    const isOld = clock.now() - item.quarantinedAt > quarantineAgeMs;
    (isOld && (dryRun || isRemoved(item, fs)) ? removed : kept).push(item);
  }
  return { removed, kept };
}

function isRemoved(item: Quarantined, fs: FileSystem): boolean {
  try {
    removeQuarantined(item, fs);
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

function bytesOf(trees: readonly { readonly bytes: number }[]): number {
  return trees.reduce((sum, { bytes }) => sum + bytes, 0);
}

function describer(
  usage: ReadonlyMap<LayerDigest, TreeUsage>,
  releases: readonly StoredRelease[],
): (digest: LayerDigest) => CollectedTree {
  return (digest) => {
    const { bytes, lastUsedAt } = usage.get(digest)!;
    return { digest, bytes, lastUsedAt, apps: appsOf(digest, releases) };
  };
}

/**
 * A release that has lost a layer cannot start from the cache alone: its document goes, and so do the refs
 * that stand for it. The documents of releases whose layers are shared and all there stay; they are small.
 */
function dropDocuments(
  releases: readonly StoredRelease[],
  gone: ReadonlySet<LayerDigest>,
  layout: CacheLayout,
  fs: FileSystem,
): number {
  const lost = releases.filter(({ layers }) => layers.some((layer) => gone.has(layer)));
  if (lost.length === 0) return 0;
  const dropped = new Set(lost.map(({ digest }) => digest));
  // Read again: a start under way may have given a ref another release meanwhile.
  const refs = readRefs(layout, fs).filter(({ digest, pinned }) =>
    dropped.has(digest) && pinned === undefined
  );
  const paths = [
    ...refs.map(({ path }) => path),
    ...[...dropped].map((d) => layout.release(d)),
  ];
  return paths.filter((path) => {
    try {
      fs.remove(path);
      return true;
    } catch {
      return false;
    }
  }).length;
}
