import type { AppId } from "../../model/app_id.ts";
import type { ReleaseDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { display, type Location } from "../../model/location.ts";
import { DEFAULT_CHANNEL } from "../../model/ref.ts";
import { mergeIndex, type ReleaseIndex, timeOf } from "../../model/release_index.ts";
import type { CatalogueDocument } from "../../registry/catalogue.ts";
import type { Context } from "../context.ts";
import { openCatalogue, openPublisher } from "../open_publisher.ts";
import { statedSize } from "../publish/document.ts";
import { readDocument } from "../publish/source.ts";
import { readDocuments } from "./read_documents.ts";

/** What a registry has of an app, newest first. */
export interface Releases {
  readonly app: AppId;
  readonly registry: Location;
  readonly versions: readonly PublishedVersion[];
  readonly channels: ReleaseIndex["channels"];
  /**
   * How complete that is: by the index, by all that lies in a directory, or, of a server where a person keeps the
   * registry, what `stable` stands for and no more.
   */
  readonly source: "index" | "listing" | "channel";
}

export interface PublishedVersion {
  readonly version: string;
  readonly release: ReleaseDigest;
  /** milliseconds since the epoch; 0 where unknown */
  readonly publishedMs: number;
  /** of its layers, each once, bytes */
  readonly size: number | undefined;
  readonly channels: readonly string[];
}

/**
 * `edgeboot releases APP`. Where a registry can be listed, what lies there counts besides the index: somebody may
 * have put it there by hand, or been ended before he wrote the index.
 * @throws EdgebootError APP_UNKNOWN (78), and those of the registry and the release model
 */
export async function releasesOf(app: AppId, context: Context): Promise<Releases> {
  const publisher = openPublisher(context);
  const catalogue = openCatalogue(context);
  const index = await publisher.index(app);
  if (catalogue !== undefined) {
    const documents = (await catalogue.documents()).filter((document) => document.app === app);
    if (documents.length > 0) {
      const found = await listed(documents, context);
      return releases(found, publisher.location, index === undefined ? "listing" : "index");
    }
    throw unknownApp(app, publisher.location);
  }
  if (index !== undefined) return releases(index, publisher.location, "index");
  const ref = { kind: "name", name: DEFAULT_CHANNEL } as const;
  const { release: { version, created, ...release }, digest } = await readDocument(
    { app, ref },
    context.registry(),
    context,
  );
  const only = { version, release: digest, published: created, size: statedSize(release) };
  const channel = {
    channel: ref.name,
    version,
    release: digest,
    sequence: 0,
    published: undefined,
  };
  const channels = [channel];
  return releases({ app, versions: [only], channels }, publisher.location, "channel");
}

/** The index of what lies there, with the times of the index that is there. */
async function listed(
  documents: readonly CatalogueDocument[],
  { host }: Context,
): Promise<ReleaseIndex> {
  const [app] = await readDocuments(documents, host);
  const { versions, channels, handmade, index } = app!;
  let found: ReleaseIndex = {
    app: app!.app,
    versions:
      index?.versions.filter(({ version }) => versions.some(({ name }) => name === version)) ?? [],
    channels: [],
  };
  for (const { name: version, digest, release, modifiedMs } of versions) {
    const published = release.created ?? new Date(modifiedMs).toISOString();
    const size = statedSize(release);
    found = mergeIndex(found, { version: { version, release: digest, published, size } });
  }
  const named = handmade.map(({ name: channel, release: { version }, digest }) => ({
    ...{ channel, version, release: digest, sequence: 0, published: undefined },
  }));
  for (const channel of [...channels, ...named]) found = mergeIndex(found, { channel });
  return found;
}

function releases(
  { app, versions, channels }: ReleaseIndex,
  registry: Location,
  source: Releases["source"],
): Releases {
  const rows = versions.map(({ version, release, published, size }) => ({
    ...{ version, release, size, publishedMs: timeOf({ published }) },
    channels: channels.filter((each) => each.release === release).map(({ channel }) => channel),
  }));
  return { app, registry, versions: rows, channels, source };
}

function unknownApp(app: AppId, location: Location): EdgebootError {
  const registry = display(location);
  return new EdgebootError("APP_UNKNOWN", {
    what: `no app ${app} in ${registry}`,
    why: `there is nothing in ${registry}/apps/${app}`,
    next: "check the app ID and the registry (`edgeboot help settings`)",
  }, { facts: { app, url: registry } });
}
