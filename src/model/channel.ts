import { type AppId, readAppId } from "./app_id.ts";
import { type ReleaseDigest, tryParseReleaseDigest } from "./digest.ts";
import { type DocumentKind, type JsonObject, parseJsonObject } from "./json.ts";
import { isRefName } from "./ref.ts";

export const CHANNEL_SCHEMA = "edgeboot.channel/v1";

/** What a registry says that a channel stands for. */
export interface ChannelDocument {
  readonly app: AppId;
  readonly channel: string;
  readonly version: string;
  readonly release: ReleaseDigest;
  /** Grows with every change: of two documents, the one with the higher number is the newer. */
  readonly sequence: number;
  /** RFC 3339; for people */
  readonly published: string | undefined;
  /** RFC 3339; nothing depends on it yet */
  readonly expires: string | undefined;
}

const KIND: DocumentKind = { noun: "a valid channel document", schema: "channel" };

/**
 * The channel document in a text; undefined where it is something else, most often the release itself, as a
 * person writes it.
 * @param document where it came from, for messages
 * @throws EdgebootError RELEASE_INVALID (65) for a channel document that is not as it should be
 */
export function parseChannel(text: string, document: string): ChannelDocument | undefined {
  // Releases are the rule on a start without validators: they are not parsed twice.
  if (!text.includes("edgeboot.channel/") || !saysChannel(text)) return undefined;
  const json = parseJsonObject(text, document, KIND);
  const schema = json.string("schema");
  if (schema !== CHANNEL_SCHEMA) throw json.wrong("schema", `"${CHANNEL_SCHEMA}"`, schema);
  return {
    app: readAppId(json),
    channel: readName(json, "channel"),
    version: readName(json, "version"),
    release: readReleaseDigest(json),
    sequence: json.count("sequence"),
    published: json.optionalString("published"),
    expires: json.optionalString("expires"),
  };
}

function saysChannel(text: string): boolean {
  try {
    const { schema } = JSON.parse(text) ?? {};
    return typeof schema === "string" && schema.startsWith("edgeboot.channel/");
  } catch {
    return false;
  }
}

/** As it is published; {@link parseChannel} reads it. */
export function formatChannel(channel: ChannelDocument): string {
  const { app, channel: name, version, release, sequence, published, expires } = channel;
  const document = {
    schema: CHANNEL_SCHEMA,
    ...{ app, channel: name, version, release: `sha256:${release}`, sequence },
    ...{ published, expires },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A channel or a version. @throws EdgebootError RELEASE_INVALID (65) */
export function readName(json: JsonObject, field: string): string {
  const text = json.string(field);
  if (!isRefName(text)) throw json.wrong(field, "a channel or version (A-Za-z0-9._+-)", text);
  return text;
}

/** The field `release`. @throws EdgebootError RELEASE_INVALID (65) */
export function readReleaseDigest(json: JsonObject): ReleaseDigest {
  const text = json.string("release");
  const digest = text.startsWith("sha256:") ? tryParseReleaseDigest(text) : undefined;
  if (digest === undefined) throw json.wrong("release", "sha256: and 64 hexadecimal digits", text);
  return digest;
}
