import { type LayerDigest, tryParseLayerDigest } from "../../model/digest.ts";
import type { FileSystem, Host } from "../../host/ports.ts";
import type { Hold } from "./collect_plan.ts";
import type { CacheLayout } from "../layout.ts";
import { listEnvironments } from "./environments.ts";
import { listTrees, type Measured, treeDigests, type TreeInfo } from "./listing.ts";
import { processesByTree } from "./processes.ts";

type UsageHost = Pick<Host, "fs" | "locks" | "process">;

/** A tree with its use: what `cache list` shows and what a collection is decided on. */
export interface TreeUsage extends TreeInfo {
  /** milliseconds since the epoch, to the hour; where there is no lease: when it was unpacked */
  readonly lastUsedAt: number;
  readonly hold: Hold;
  /** Process IDs of this PID namespace; others may hold it, too. */
  readonly pids: readonly number[];
}

/** Every tree in the cache with its size and its last use. */
export function listUsage(layout: CacheLayout, host: UsageHost): TreeUsage[] {
  const sizes = readSizes(layout, host.fs);
  const trees = listTrees(layout, host.fs, sizes);
  if (trees.some(({ digest }) => !sizes.has(digest))) writeSizes(trees, layout, host);
  const environments = listEnvironments(layout, host.fs);
  const seen = processesByTree(environments, host.fs, host.process.pid);
  const uses = environments.map(({ key, layers }) => ({
    layers,
    ...useOf(layout.environmentLease(key), host),
  }));
  return trees.map((tree) => {
    const own = useOf(layout.lease(tree.digest), host);
    const all = [
      own,
      ...uses.filter(({ layers, hold }) => layers?.includes(tree.digest) ?? hold === "in-use"),
    ];
    const locking = all.flatMap(({ pids }) => pids);
    const pids = [...new Set([...locking, ...seen.get(tree.digest) ?? []])];
    const times = all.flatMap(({ usedAt }) => usedAt ?? []);
    return {
      ...tree,
      lastUsedAt: times.length > 0 ? Math.max(...times) : tree.unpackedAt,
      hold: pids.length > 0 ? "in-use" : strongest(all.map(({ hold }) => hold)),
      pids: pids.toSorted((a, b) => a - b),
    };
  });
}

interface Use {
  readonly hold: Hold;
  /** milliseconds since the epoch, to the hour; undefined without a lease */
  readonly usedAt: number | undefined;
  readonly pids: readonly number[];
}

function useOf(path: string, host: UsageHost): Use {
  const lease = host.fs.lstat(path);
  if (lease === undefined) return { hold: "no-lease", usedAt: undefined, pids: [] };
  const pids = host.locks.holders(lease) ?? [];
  return { hold: probe(path, host), usedAt: lease.mtimeMs, pids };
}

/** One that is in use, or of which nobody can tell, decides for all. */
function strongest(holds: readonly Hold[]): Hold {
  const order: readonly Hold[] = ["in-use", "no-locks", "no-lease"];
  return order.find((hold) => holds.includes(hold)) ?? "free";
}

/** Whether the exclusive lock could be had; given back at once, and a starter that meets it looks again. */
function probe(path: string, { locks }: UsageHost): Hold {
  const lock = locks.tryLock(path, "exclusive");
  if (lock === "busy") return "in-use";
  if (lock === "unsupported") return "no-locks";
  if (lock === "absent") return "no-lease";
  lock.release();
  return "free";
}

/**
 * Trees never change, so each is measured once: a walk over 8,000 files takes 50 ms. One small file for
 * all; of two writers the last wins, and what is missing is measured again.
 */
function readSizes(layout: CacheLayout, fs: FileSystem): Map<LayerDigest, Measured> {
  try {
    const entries = Object.entries(JSON.parse(fs.readText(layout.sizes)));
    return new Map(entries.flatMap(([name, value]) => {
      const digest = tryParseLayerDigest(name);
      const [bytes, files] = Array.isArray(value) ? value : [];
      const isSound = Number.isSafeInteger(bytes) && Number.isSafeInteger(files);
      return isSound && digest !== undefined ? [[digest, { bytes, files }] as const] : [];
    }));
  } catch {
    return new Map();
  }
}

/** undefined where a tree has not been measured yet, or the cache cannot be looked at. */
export function knownBytes(layout: CacheLayout, fs: FileSystem): number | undefined {
  const sizes = readSizes(layout, fs);
  try {
    const bytes = treeDigests(layout, fs).map((digest) => sizes.get(digest)?.bytes ?? NaN);
    const sum = bytes.reduce((all, each) => all + each, 0);
    return Number.isNaN(sum) ? undefined : sum;
  } catch {
    return undefined;
  }
}

function writeSizes(
  trees: readonly TreeInfo[],
  layout: CacheLayout,
  { fs, process }: UsageHost,
): void {
  const aside = `${layout.works}/${process.randomId()}.json`;
  const sizes = trees.map(({ digest, bytes, files }) => [digest, [bytes, files]]);
  const text = JSON.stringify(Object.fromEntries(sizes));
  try {
    fs.writeNewFile(aside, new TextEncoder().encode(text), 0o644);
    fs.rename(aside, layout.sizes);
  } catch {
    // A read-only cache: measured again next time.
  }
}
