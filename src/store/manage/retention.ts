import type { LayerDigest, ReleaseDigest } from "../../model/digest.ts";
import type { StoredRef } from "../ref_record.ts";
import type { KeptBy } from "./collect_plan.ts";

/** A release whose document is in the cache. */
export interface StoredRelease {
  readonly digest: ReleaseDigest;
  readonly app: string;
  readonly version: string;
  /** when its document was written, milliseconds since the epoch */
  readonly storedAt: number;
  /** of all variants */
  readonly layers: readonly LayerDigest[];
}

/** A channel or version, as it was last seen, and where that is written. */
export interface KeptRef extends StoredRef {
  readonly path: string;
}

/**
 * Which releases are kept, and why: those pinned; those that a channel stands for now; and of each app the
 * `keep` that came last. A ref that is a release's own version stands for it for ever and so says nothing
 * about whether it is still wanted: such releases count by when they came. `keep` 0 keeps what is pinned.
 */
export function keptReleases(
  releases: readonly StoredRelease[],
  refs: readonly KeptRef[],
  keep: number,
): Map<ReleaseDigest, KeptBy> {
  const kept = new Map<ReleaseDigest, KeptBy>();
  const known = new Map(releases.map((release) => [release.digest, release]));
  const label = ({ app, version }: StoredRelease) => `${app} ${version}`;
  for (const { app, name, pinned } of refs) {
    const release = pinned && known.get(pinned);
    if (release) {
      kept.set(pinned, { rank: "pinned", why: `${label(release)}, pinned as ${app}@${name}` });
    }
  }
  if (keep === 0) return kept;
  for (const { name, digest } of refs) {
    const release = known.get(digest);
    if (release === undefined || kept.has(digest) || release.version === name) continue;
    kept.set(digest, { rank: "kept", why: `${label(release)}, current of ${name}` });
  }
  for (const [app, own] of Map.groupBy(newestFirst(releases, refs), ({ app }) => app)) {
    own.slice(0, keep).forEach((release) => {
      if (kept.has(release.digest)) return;
      const why = `${label(release)}, one of the last ${keep} of ${app}`;
      kept.set(release.digest, { rank: "kept", why });
    });
  }
  return kept;
}

function newestFirst(
  releases: readonly StoredRelease[],
  refs: readonly KeptRef[],
): StoredRelease[] {
  const cameAt = new Map(releases.map(({ digest, storedAt }) => [digest, storedAt]));
  for (const { digest, at } of refs.flatMap(({ history }) => history)) {
    cameAt.set(digest, Math.max(cameAt.get(digest) ?? 0, at));
  }
  const at = ({ digest }: StoredRelease) => cameAt.get(digest)!;
  return releases.toSorted((a, b) => at(b) - at(a) || (a.digest < b.digest ? -1 : 1));
}

/** For each layer, the strongest reason that a kept release gives. */
export function keptLayers(
  releases: readonly StoredRelease[],
  kept: ReadonlyMap<ReleaseDigest, KeptBy>,
): Map<LayerDigest, KeptBy> {
  const layers = new Map<LayerDigest, KeptBy>();
  for (const release of releases) {
    const why = kept.get(release.digest);
    if (why === undefined) continue;
    for (const layer of release.layers) {
      if (layers.get(layer)?.rank !== "pinned") layers.set(layer, why);
    }
  }
  return layers;
}
