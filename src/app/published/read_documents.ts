import { type ChannelDocument, parseChannel } from "../../model/channel.ts";
import type { AppId } from "../../model/app_id.ts";
import type { ReleaseDigest } from "../../model/digest.ts";
import { parseRelease, type Release } from "../../model/release.ts";
import { INDEX_NAME, parseIndex, type ReleaseIndex } from "../../model/release_index.ts";
import type { CatalogueDocument } from "../../registry/catalogue.ts";
import type { Context } from "../context.ts";
import { sha256Of } from "../start/sha256_of.ts";

/** What the documents of an app say. */
export interface AppDocuments {
  readonly app: AppId;
  readonly versions: readonly VersionDocument[];
  readonly channels: readonly ChannelDocument[];
  /** Releases that a person has put in the place of a channel. */
  readonly handmade: readonly VersionDocument[];
  readonly index: ReleaseIndex | undefined;
}

export interface VersionDocument {
  /** What its file is called. */
  readonly name: string;
  readonly digest: ReleaseDigest;
  readonly release: Release;
  /** milliseconds since the epoch */
  readonly modifiedMs: number;
}

/**
 * All documents of a registry, by app.
 * @throws EdgebootError RELEASE_INVALID (65) for one that cannot be read: who removes must know them all
 */
export async function readDocuments(
  documents: readonly CatalogueDocument[],
  host: Pick<Context["host"], "codecs">,
): Promise<AppDocuments[]> {
  const apps = [...new Set(documents.map(({ app }) => app))].sort();
  return await Promise.all(apps.map((app) => readApp(app, documents, host)));
}

async function readApp(
  app: AppId,
  documents: readonly CatalogueDocument[],
  host: Pick<Context["host"], "codecs">,
): Promise<AppDocuments> {
  const versions: VersionDocument[] = [];
  const handmade: VersionDocument[] = [];
  const channels: ChannelDocument[] = [];
  let index: ReleaseIndex | undefined;
  for (const { name, text, modifiedMs, where } of documents.filter((each) => each.app === app)) {
    const channel = name === INDEX_NAME ? undefined : parseChannel(text, where);
    if (name === INDEX_NAME) index = parseIndex(text, where);
    else if (channel !== undefined) channels.push(channel);
    else {
      const release = parseRelease(text, where);
      const document = { name, digest: await sha256Of(text, { host }), release, modifiedMs };
      (release.version === name ? versions : handmade).push(document);
    }
  }
  return { app, versions, channels, handmade, index };
}
