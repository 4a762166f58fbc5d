import { type AppId, readAppId } from "./app_id.ts";
import { type ChannelDocument, readName, readReleaseDigest } from "./channel.ts";
import type { ReleaseDigest } from "./digest.ts";
import { type DocumentKind, type JsonObject, parseJsonObject } from "./json.ts";

export const INDEX_SCHEMA = "edgeboot.index/v1";
/** `apps/<app>/index.json`; no version and no channel may be called so. */
export const INDEX_NAME = "index";

/** The versions and channels of an app, newest first. */
export interface ReleaseIndex {
  readonly app: AppId;
  readonly versions: readonly IndexedVersion[];
  readonly channels: readonly IndexedChannel[];
}

export interface IndexedVersion {
  readonly version: string;
  readonly release: ReleaseDigest;
  /** RFC 3339, UTC, when it was published; undefined where nobody has written it down */
  readonly published: string | undefined;
  /** of all its layers, each once, bytes; undefined where the release does not state them */
  readonly size: number | undefined;
}

export type IndexedChannel = Pick<
  ChannelDocument,
  "channel" | "version" | "release" | "sequence" | "published"
>;

const KIND: DocumentKind = { noun: "a valid index of releases", schema: "index" };

/** @throws EdgebootError RELEASE_INVALID (65) */
export function parseIndex(text: string, document: string): ReleaseIndex {
  const json = parseJsonObject(text, document, KIND);
  const schema = json.string("schema");
  if (schema !== INDEX_SCHEMA) throw json.wrong("schema", `"${INDEX_SCHEMA}"`, schema);
  return {
    app: readAppId(json),
    versions: json.objects("versions").map(readVersion),
    channels: json.objects("channels").map(readChannel),
  };
}

function readVersion(json: JsonObject): IndexedVersion {
  return {
    version: readName(json, "version"),
    release: readReleaseDigest(json),
    published: json.optionalString("published"),
    size: json.optionalSize("size"),
  };
}

function readChannel(json: JsonObject): IndexedChannel {
  return {
    channel: readName(json, "channel"),
    version: readName(json, "version"),
    release: readReleaseDigest(json),
    sequence: json.count("sequence"),
    published: json.optionalString("published"),
  };
}

/** As it is published; {@link parseIndex} reads it. */
export function formatIndex({ app, versions, channels }: ReleaseIndex): string {
  const named = <T extends { release: ReleaseDigest }>(entry: T) => ({
    ...entry,
    release: `sha256:${entry.release}`,
  });
  const document = {
    ...{ schema: INDEX_SCHEMA, app },
    versions: versions.map(named),
    channels: channels.map(named),
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

/** What one publisher has to say. */
export interface IndexNews {
  readonly version?: IndexedVersion;
  readonly channel?: IndexedChannel;
  /** Versions that are no more. */
  readonly removed?: ReadonlySet<string>;
}

/**
 * Pure: the index with what one publisher knows, whatever the others have written in the meantime. A version
 * that is there stays as it is; of a channel the higher sequence counts.
 */
export function mergeIndex(
  index: ReleaseIndex,
  { version, channel, removed }: IndexNews,
): ReleaseIndex {
  const { app, versions, channels } = index;
  const isNew = version !== undefined && !versions.some((each) => each.version === version.version);
  const known = channels.find((each) => each.channel === channel?.channel);
  const moves = channel !== undefined && (known === undefined || known.sequence < channel.sequence);
  const left = removed === undefined
    ? versions
    : versions.filter((each) => !removed.has(each.version));
  return {
    app,
    versions: isNew ? sorted([version, ...left]) : left,
    channels: moves
      ? sorted([channel, ...channels.filter((each) => each.channel !== channel.channel)])
      : channels,
  };
}

/** Newest first; those of unknown age at the end. */
function sorted<T extends { readonly published: string | undefined }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => timeOf(b) - timeOf(a));
}

/** milliseconds since the epoch; 0 where unknown */
export function timeOf({ published }: { readonly published: string | undefined }): number {
  const ms = Date.parse(published ?? "");
  return Number.isNaN(ms) ? 0 : ms;
}
