import type { Sha256 } from "../model/digest.ts";
import { EdgebootError } from "../model/errors.ts";
import { readReleases } from "../store/documents.ts";
import { knownBytes, listUsage, type TreeUsage } from "../store/usage.ts";
import { appsOf } from "./collect.ts";
import type { Context } from "./context.ts";

export interface CachedTree extends TreeUsage {
  /** `app version` of every cached release that names the layer */
  readonly usedBy: readonly string[];
}

export function listCache({ store, host }: Context): CachedTree[] {
  const releases = readReleases(store.layout, host.fs);
  return listUsage(store.layout, host).map((tree) => ({
    ...tree,
    usedBy: appsOf(tree.digest, releases),
  }));
}

/** Of all trees, where each has been measured before; nothing is walked for it, and nothing written. */
export function knownCacheBytes({ store, host }: Context): number | undefined {
  return knownBytes(store.layout, host.fs);
}

/**
 * Where the cache, or one tree in it, is.
 * @throws EdgebootError IO (74) where there is no such tree
 */
export function cachePath(digest: Sha256 | undefined, { store, cacheRoot }: Context): string {
  if (digest === undefined) return cacheRoot.path;
  if (store.hasTree(digest)) return store.layout.tree(digest);
  throw new EdgebootError("IO", {
    what: `no tree ${digest} in the cache ${cacheRoot.path}`,
    why: "that layer was never unpacked here, or was collected",
    next: "`edgeboot cache list` shows what is there; `edgeboot fetch APP` brings it",
  }, { facts: { digest } });
}
