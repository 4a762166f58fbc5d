import { recordedBlobs } from "../../model/recorded.ts";
import type { AppId } from "../../model/app_id.ts";
import type { ReleaseDigest, Sha256 } from "../../model/digest.ts";
import type { Release } from "../../model/release.ts";
import { timeOf } from "../../model/release_index.ts";
import type { CatalogueBlob } from "../../registry/catalogue.ts";
import type { AppDocuments, VersionDocument } from "./read_documents.ts";

export interface CollectRules {
  /** The newest versions of each app that stay, whatever names them. */
  readonly keep: number;
  /** What is younger stays: a publisher may be about to name it. */
  readonly minAgeMs: number;
  /** milliseconds since the epoch */
  readonly now: number;
}

export interface OldVersion {
  readonly app: AppId;
  readonly version: string;
  readonly digest: ReleaseDigest;
}

export interface CollectPlan {
  readonly versions: readonly OldVersion[];
  readonly blobs: readonly CatalogueBlob[];
  /** of the blobs */
  readonly bytes: number;
  readonly keptVersions: number;
  readonly keptBlobs: number;
}

/**
 * Pure: what no channel, none of the newest versions and nothing young needs, of all apps together, as they share
 * layers.
 * @param named releases by digest that channels name, beyond those that lie under their version
 */
export function planCollection(
  apps: readonly AppDocuments[],
  named: ReadonlyMap<Sha256, Release>,
  blobs: readonly CatalogueBlob[],
  rules: CollectRules,
): CollectPlan {
  const live = new Set<Sha256>();
  const versions: OldVersion[] = [];
  let keptVersions = 0;
  const keep = (digest: Sha256, release: Pick<Release, "variants" | "recorded">) => {
    const { variants } = release;
    live.add(digest);
    for (const { sha256 } of recordedBlobs(release)) live.add(sha256);
    for (const { sha256 } of variants.flatMap(({ layers }) => layers)) live.add(sha256);
  };
  for (const [digest, release] of named) keep(digest, release);
  for (const documents of apps) {
    for (const { digest, release } of documents.handmade) keep(digest, release);
    const kept = keptOf(documents, rules);
    keptVersions += kept.size;
    for (const document of documents.versions) {
      const { name: version, digest, release } = document;
      if (kept.has(document)) keep(digest, release);
      else versions.push({ app: documents.app, version, digest });
    }
  }
  const old = blobs.filter(({ digest, modifiedMs }) =>
    !live.has(digest) && rules.now - modifiedMs >= rules.minAgeMs
  );
  const bytes = old.reduce((sum, blob) => sum + blob.bytes, 0);
  return { versions, blobs: old, bytes, keptVersions, keptBlobs: blobs.length - old.length };
}

/** Those that channels name, the newest, and the young. */
function keptOf(
  { versions, channels, handmade, index }: AppDocuments,
  { keep, minAgeMs, now }: CollectRules,
): Set<VersionDocument> {
  const publishedMs = ({ name, modifiedMs }: VersionDocument) => {
    const entry = index?.versions.find(({ version }) => version === name);
    return entry === undefined ? modifiedMs : timeOf(entry) || modifiedMs;
  };
  const newest = [...versions].sort((a, b) => publishedMs(b) - publishedMs(a)).slice(0, keep);
  const inUse = new Set<string>([
    ...channels.flatMap(({ version, release }) => [version, release]),
    ...handmade.flatMap(({ release, digest }) => [release.version, digest]),
  ]);
  const young = (document: VersionDocument) =>
    now - Math.max(publishedMs(document), document.modifiedMs) < minAgeMs;
  return new Set(
    versions.filter((document) =>
      newest.includes(document) || inUse.has(document.name) || inUse.has(document.digest) ||
      young(document)
    ),
  );
}
