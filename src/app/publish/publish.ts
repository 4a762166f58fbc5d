import { shortDigest } from "../../model/digest.ts";
import type { Location } from "../../model/location.ts";
import type { AppRef } from "../../model/ref.ts";
import type { Release } from "../../model/release.ts";
import type { ReleaseDigest } from "../../model/digest.ts";
import type { IndexedChannel } from "../../model/release_index.ts";
import type { Publisher } from "../../registry/publisher.ts";
import { versionTaken } from "../../registry/version_taken.ts";
import type { Context } from "../context.ts";
import { dryHost } from "../dry/dry_host.ts";
import { openPublisher } from "../open_publisher.ts";
import { sha256Of } from "../start/sha256_of.ts";
import { checkVersionName, prepare, type Prepared, statedSize } from "./document.ts";
import { type Channels, moveChannel, type Moved } from "./move_channel.ts";
import { isThere, sendLayers, type SentLayers } from "./send_layers.ts";
import { openSource } from "./source.ts";

export interface PublishRequest {
  /** A directory that is laid out as a registry. */
  readonly directory: Location;
  /** Which release of it; undefined where it has one. */
  readonly wanted: AppRef | undefined;
  readonly channel: string | undefined;
  /** Layers with an absolute `url` stay where they are. */
  readonly keepUrls: boolean;
}

export interface Published extends SentLayers {
  readonly release: Pick<Release, "app" | "version">;
  readonly digest: ReleaseDigest;
  /** False: it was there already, the same. */
  readonly isNew: boolean;
  readonly channel: Moved | undefined;
  readonly elsewhere: Prepared["elsewhere"];
}

/**
 * `edgeboot publish`: layers, then the version, then the channel, then the index. Each is whole or not there, and
 * names only what is there before it, so that wherever this ends, readers see a sound registry:
 *
 *   layers         nobody knows of them
 *   version        it can be started as APP@VERSION and by its digest
 *   channel        it is what the channel stands for
 *   index          it is listed
 *
 * @throws EdgebootError VERSION_TAKEN, DIGEST_MISMATCH (65) and others, before anything could be seen
 */
export async function publish(request: PublishRequest, context: Context): Promise<Published> {
  const { host, report } = context;
  const began = host.clock.monotonic();
  const { source, prepared, digest } = await prepareRequest(request, context);
  const { app, version } = prepared.release;
  const publisher = openPublisher(context);
  using _writer = await publisher.begin();
  const isNew = await isFree(prepared, publisher);
  const label = `${app} ${version} (${shortDigest(digest)})`;
  const { layers } = prepared;
  await report.begins?.();
  const size = statedSize({ variants: [{ ...prepared.release.variants[0]!, layers }] });
  report.event({ kind: "publish-begins", label, blobs: layers.length, bytes: size });
  const sent = await sendLayers(app, layers, source, publisher, context);
  await publisher.putRelease(app, digest, prepared.text);
  await publisher.putVersion(app, version, prepared.text);
  const channel = request.channel === undefined ? undefined : await moveChannel(
    { app, channel: request.channel, version, release: digest },
    publisher,
    host,
  );
  const published = new Date(host.clock.now()).toISOString();
  await publisher.updateIndex(app, {
    version: { version, release: digest, published, size: statedSize(prepared.release) },
    ...(channel === undefined ? {} : { channel: indexed(channel) }),
  });
  report.event({
    ...{ kind: "publish-ends", label, sentBytes: sent.sentBytes },
    ...{ sent: sent.sent.length, skipped: sent.skipped.length },
    ms: host.clock.monotonic() - began,
  });
  const { elsewhere, release } = prepared;
  return { ...sent, release, digest, isNew, channel, elsewhere };
}

/** The same up to where something would be written: what {@link publish} would do. */
export async function planPublish(request: PublishRequest, real: Context): Promise<Published> {
  const context = { ...real, host: dryHost(real.host) };
  const { prepared, digest } = await prepareRequest(request, context);
  const { release, layers, elsewhere } = prepared;
  const publisher = openPublisher(context);
  const isNew = await isFree(prepared, publisher);
  const there = await Promise.all(layers.map((layer) => isThere(release.app, layer, publisher)));
  const missing = layers.filter((_, index) => !there[index]);
  const move = { app: release.app, version: release.version, release: digest };
  return {
    ...{ release, digest, isNew, elsewhere },
    sent: missing,
    sentBytes: missing.reduce((sum, { size }) => sum + (size ?? 0), 0),
    skipped: layers.filter((_, index) => there[index]),
    channel: request.channel === undefined ? undefined : await moveChannel(
      { ...move, channel: request.channel },
      unwritten(publisher),
      context.host,
    ),
  };
}

/** Where a channel is only said to be moved. */
export function unwritten(publisher: Channels): Channels {
  return {
    putChannel: () => Promise.resolve(true),
    channel: (app, channel) => publisher.channel(app, channel),
    index: (app) => publisher.index(app),
  };
}

async function prepareRequest({ directory, wanted, keepUrls }: PublishRequest, context: Context) {
  const source = await openSource(directory, wanted, context);
  checkVersionName(source.release);
  const prepared = prepare(source.text, source.release, keepUrls);
  const digest = prepared.text === source.text
    ? source.digest
    : await sha256Of(prepared.text, context);
  return { source: source.registry, prepared, digest };
}

/** Looked at before megabytes are sent for nothing. @throws EdgebootError VERSION_TAKEN (65) */
async function isFree({ release, text }: Prepared, publisher: Publisher): Promise<boolean> {
  const { app, version } = release;
  const there = await publisher.version(app, version);
  if (there === undefined || there === text) return there === undefined;
  throw versionTaken(app, version, text, there, `${version}.json`);
}

/** As the index lists it. */
export function indexed({ document }: Pick<Moved, "document">): IndexedChannel {
  const { channel, version, release, sequence, published } = document;
  return { channel, version, release, sequence, published };
}
