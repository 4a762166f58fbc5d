import { parseSha256, type Sha256 } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { readReleases } from "../../store/documents.ts";
import { listQuarantine, type Quarantined } from "../../store/quarantine.ts";
import { treeDigests } from "../../store/verifier.ts";
import { knownBytes, listUsage, type TreeUsage } from "../../store/usage.ts";
import { appsOf } from "./collect.ts";
import type { Context } from "../context.ts";

export type { Quarantined };

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

/** What `verify` has moved out of the way, the oldest first. */
export function listQuarantined({ store, host }: Context): Quarantined[] {
  return listQuarantine(store.layout, host.fs);
}

/**
 * Where one tree in the cache is. Not being there is no fault of cache or disk (74) and no mistake in the
 * configuration (78): as with a release that is not cached, there is nothing to use until it is fetched (69).
 * @param text a SHA-256, or as much of its beginning as `cache list` shows
 * @throws EdgebootError TREE_NOT_CACHED (69), DIGEST_INVALID (64)
 */
export function treePath(text: string, { store, host, cacheRoot }: Context): string {
  const isShort = /^[0-9a-f]{12,63}$/.test(text);
  const digest = isShort
    ? onlyOne(treeDigests(store.layout, host.fs).filter((known) => known.startsWith(text)))
    : parseSha256(text);
  if (digest !== undefined && store.hasTree(digest)) return store.layout.tree(digest);
  throw new EdgebootError("TREE_NOT_CACHED", {
    what: `no tree ${text} in the cache ${cacheRoot.path}`,
    why: "that layer was never unpacked here, or was collected",
    next: "`edgeboot cache list` shows what is there; `edgeboot fetch APP` brings it",
  }, { facts: digest === undefined ? {} : { digest } });
}

function onlyOne(found: readonly Sha256[]): Sha256 | undefined {
  return found.length === 1 ? found[0] : undefined;
}
