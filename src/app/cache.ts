import type { Sha256 } from "../model/digest.ts";
import { EdgebootError } from "../model/errors.ts";
import { parseRelease, type Release } from "../model/release.ts";
import { listReleases, listTrees, type TreeInfo } from "../store/listing.ts";
import type { Context } from "./context.ts";

export interface CachedTree extends TreeInfo {
  /** `app version` of every cached release that names the layer */
  readonly usedBy: readonly string[];
}

export function listCache(context: Context): CachedTree[] {
  const users = releaseUsers(context);
  return listTrees(context.store.layout, context.host.fs).map((tree) => ({
    ...tree,
    usedBy: users.get(tree.digest) ?? [],
  }));
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

/** undefined where it cannot be read any more: a listing shows what is left. */
function readRelease(digest: Sha256, records: Context["records"]): Release | undefined {
  const text = records.release(digest);
  try {
    return text === undefined ? undefined : parseRelease(text, `cached release ${digest}`);
  } catch {
    return undefined;
  }
}

function releaseUsers({ store, records, host }: Context): Map<Sha256, string[]> {
  const users = new Map<Sha256, string[]>();
  for (const digest of listReleases(store.layout, host.fs)) {
    const release = readRelease(digest, records);
    if (release === undefined) continue;
    const layers = new Set(release.variants.flatMap((variant) => variant.layers));
    for (const { sha256 } of layers) {
      const user = `${release.app} ${release.version}`;
      const before = users.get(sha256) ?? [];
      if (!before.includes(user)) users.set(sha256, [...before, user]);
    }
  }
  return users;
}
