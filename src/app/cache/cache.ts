import { type LayerDigest, parseLayerDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Context } from "../context.ts";

export type { CachedTree, Collected, CollectRequest, Quarantined } from "../../store/mod.ts";

/**
 * Where one tree in the cache is. Not being there is no fault of cache or disk (74) and no mistake in the
 * configuration (78): as with a release that is not cached, there is nothing to use until it is fetched (69).
 * @param text a SHA-256, or as much of its beginning as `cache list` shows
 * @throws EdgebootError TREE_NOT_CACHED (69), DIGEST_INVALID (64)
 */
export async function treePath(text: string, { store, cacheRoot }: Context): Promise<string> {
  const isShort = /^[0-9a-f]{12,63}$/.test(text);
  const digest = isShort
    ? onlyOne((await store.manager()).trees().filter((known) => known.startsWith(text)))
    : parseLayerDigest(text);
  if (digest !== undefined && store.hasTree(digest)) return store.treePath(digest);
  throw new EdgebootError("TREE_NOT_CACHED", {
    what: `no tree ${text} in the cache ${cacheRoot.path}`,
    why: "that layer was never unpacked here, or was collected",
    next: "`edgeboot cache list` shows what is there; `edgeboot fetch APP` brings it",
  }, { facts: digest === undefined ? {} : { digest } });
}

function onlyOne(found: readonly LayerDigest[]): LayerDigest | undefined {
  return found.length === 1 ? found[0] : undefined;
}
