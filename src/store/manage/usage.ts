import { type LayerDigest, tryParseLayerDigest } from "../../model/digest.ts";
import type { FileSystem, Host } from "../../host/ports.ts";
import type { Hold } from "./collect_plan.ts";
import type { CacheLayout } from "../layout.ts";
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
  const seen = processesByTree(host.fs, host.process.pid);
  return trees.map((tree) => {
    const lease = host.fs.lstat(layout.lease(tree.digest));
    const locking = lease === undefined ? [] : host.locks.holders(lease) ?? [];
    const pids = [...new Set([...locking, ...seen.get(tree.digest) ?? []])];
    const hold = lease === undefined ? "no-lease" : probe(layout.lease(tree.digest), host);
    return {
      ...tree,
      lastUsedAt: lease?.mtimeMs ?? tree.unpackedAt,
      hold: pids.length > 0 ? "in-use" : hold,
      pids: pids.toSorted((a, b) => a - b),
    };
  });
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
