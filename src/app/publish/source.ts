import { type AppId, tryParseAppId } from "../../model/app_id.ts";
import { parseChannel } from "../../model/channel.ts";
import type { ReleaseDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { display, localPath, type Location } from "../../model/location.ts";
import { type AppRef, DEFAULT_CHANNEL, formatAppRef } from "../../model/ref.ts";
import { parseRelease, type Release } from "../../model/release.ts";
import { directoryListing } from "../../registry/directory_listing.ts";
import type { Registry } from "../../registry/registry.ts";
import { StaticRegistry } from "../../registry/static_registry.ts";
import type { Context } from "../context.ts";
import { namedRelease } from "../start/follow_channel.ts";
import { sha256Of } from "../start/sha256_of.ts";

type Reading = Pick<Context, "host" | "fetcher">;

/** A release as its document stands in a registry. */
export interface Document {
  readonly text: string;
  readonly digest: ReleaseDigest;
  readonly release: Release;
}

/** What is to be published, and where its layers are. */
export interface Source extends Document {
  readonly registry: Registry;
}

/**
 * The release that a directory has, which is a registry itself.
 * @param wanted which one, where there may be several
 * @throws EdgebootError USAGE (64) where it has to be said which; of the registry and the release model
 */
export async function openSource(
  directory: Location,
  wanted: AppRef | undefined,
  context: Reading,
): Promise<Source> {
  const listing = directoryListing(localPath(directory)!, context.host.fs);
  const registry = new StaticRegistry(directory, context.fetcher, listing);
  const app = wanted?.app ?? onlyApp(directory, listing.apps());
  const appRef = wanted ?? { app, ref: onlyRef(directory, app, listing.refs(app) ?? []) };
  return { registry, ...await readDocument(appRef, registry, context) };
}

/**
 * What a ref stands for in a registry, now; nothing of the cache.
 * @throws EdgebootError of the registry and the release model; DIGEST_MISMATCH (65)
 */
export async function readDocument(
  appRef: AppRef,
  registry: Registry,
  context: Pick<Reading, "host">,
): Promise<Document> {
  const label = `release ${formatAppRef(appRef)}`;
  const { app, ref } = appRef;
  if (ref.kind === "digest") {
    const text = await namedRelease(appRef, ref.digest, registry, {}, context);
    return { text, digest: ref.digest, release: parseRelease(text, label) };
  }
  const answer = await registry.resolve(app, ref.name);
  if (answer.kind !== "found") throw new Error("a release was unchanged without a validator");
  const channel = parseChannel(answer.text, `channel ${formatAppRef(appRef)}`);
  if (channel === undefined) {
    const digest = await sha256Of(answer.text, context);
    return { text: answer.text, digest, release: parseRelease(answer.text, label) };
  }
  const { release: digest, version } = channel;
  const text = await namedRelease(appRef, digest, registry, { version }, context);
  return { text, digest, release: parseRelease(text, label) };
}

function onlyApp(directory: Location, names: readonly string[] | undefined): AppId {
  const apps = (names ?? []).flatMap((name) => tryParseAppId(name) ?? []);
  if (apps.length === 1) return apps[0]!;
  const path = display(directory);
  if (apps.length > 1) throw ambiguous(path, "apps", apps, `${apps[0]}`);
  throw new EdgebootError("APP_UNKNOWN", {
    what: `there is nothing to publish in ${path}`,
    why: `there is no app in ${path}/apps`,
    next: "give a directory that is laid out as a registry (`edgeboot help registry`)",
  }, { facts: { path } });
}

/** What `pack` made last, else the only one. */
function onlyRef(directory: Location, app: AppId, names: readonly string[]): AppRef["ref"] {
  const name = names.includes(DEFAULT_CHANNEL) || names.length === 0
    ? DEFAULT_CHANNEL
    : names.length === 1
    ? names[0]!
    : undefined;
  if (name !== undefined) return { kind: "name", name };
  throw ambiguous(display(directory), "releases", names, `${app}@${names[0]}`);
}

function ambiguous(path: string, what: string, names: readonly string[], example: string) {
  return new EdgebootError("USAGE", {
    what: `it is not clear which release of ${path} to publish`,
    why: `it has several ${what}: ${names.slice(0, 8).join(", ")}`,
    next: `name it: edgeboot publish ${path} ${example}`,
  }, { facts: { path } });
}
