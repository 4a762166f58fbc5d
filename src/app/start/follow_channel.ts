import { type ChannelDocument, parseChannel } from "../../model/channel.ts";
import { type ReleaseDigest, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { display } from "../../model/location.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { Registry } from "../../registry/registry.ts";
import type { RefRecord } from "../../store/mod.ts";
import type { Asked, Asking, Named } from "./asked.ts";
import { sha256Of } from "./sha256_of.ts";

/**
 * The release that a channel document names, from the cache where it is there: then the document is all that
 * was asked for. undefined where the text is no channel document.
 *
 * A document that is not newer than one that was seen here (a mirror that lags behind, a registry that was
 * put back) does not bring an old release back: the last one that started here starts again, with a warning.
 *
 * @throws EdgebootError CHANNEL_OUTDATED, DIGEST_MISMATCH, RELEASE_INVALID (65), and those of the registry
 */
export async function followChannel(
  text: string,
  { appRef, key, record, known }: Asked,
  registry: Registry,
  context: Asking,
): Promise<Named | undefined> {
  const label = formatAppRef(appRef);
  const channel = parseChannel(text, `channel ${label}`);
  if (channel === undefined) return undefined;
  checkPlace(channel, appRef, key.name);
  if (record !== undefined && isOutdated(channel, record)) {
    const outdated = outdatedChannel(label, channel, record);
    // With nothing that could start in its place, an old release is better than none.
    if (known !== undefined || context.config.strict) throw outdated;
    context.report.event({ kind: "warning", text: outdated.message });
  }
  const { release: digest, version } = channel;
  const sequence = Math.max(channel.sequence, record?.sequence ?? 0);
  const cached = context.records.release(digest);
  if (cached !== undefined) return { text: cached, digest, sequence };
  const patience = known === undefined ? "patient" : "brief";
  const release = await namedRelease(appRef, digest, registry, { version, patience }, context);
  return { text: release, digest, sequence };
}

/**
 * The text of the release with a digest, as the registry has it.
 * @throws EdgebootError DIGEST_MISMATCH (65), and those of the registry
 */
export async function namedRelease(
  appRef: AppRef,
  digest: ReleaseDigest,
  registry: Registry,
  options: Parameters<Registry["release"]>[2],
  context: Pick<Asking, "host">,
): Promise<string> {
  const answer = await registry.release(appRef.app, digest, options);
  if (answer.kind !== "found") throw new Error("a release was unchanged without a validator");
  const found = await sha256Of(answer.text, context);
  if (found === digest) return answer.text;
  const origin = display(answer.location);
  throw new EdgebootError("DIGEST_MISMATCH", {
    what: `release ${formatAppRef(appRef)} is not what was asked for`,
    why: `expected sha256 ${digest}, found ${found} at ${origin}`,
    next: "upload the release document again, or correct the digest",
  }, { facts: { digest, found, url: origin } });
}

/** A document that lies in the wrong place would start another app, or another channel's release. */
function checkPlace({ app, channel }: ChannelDocument, appRef: AppRef, name: string): void {
  if (app === appRef.app && channel === name) return;
  throw new EdgebootError("RELEASE_INVALID", {
    what: `channel ${formatAppRef(appRef)} is not a valid channel document`,
    why: `it is that of ${app}@${channel}`,
    next: "publish it anew with `edgeboot promote`, or move it to its own place",
  }, { facts: { app: appRef.app, found: `${app}@${channel}` } });
}

/** Every change of a channel raises its sequence, so that another release under the same one is no newer. */
function isOutdated({ sequence, release }: ChannelDocument, { sequence: seen, digest }: RefRecord) {
  if (seen === undefined) return false;
  return sequence < seen || sequence === seen && release !== digest;
}

function outdatedChannel(label: string, channel: ChannelDocument, record: RefRecord) {
  const { version, release, sequence } = channel;
  return new EdgebootError("CHANNEL_OUTDATED", {
    what: `the registry has an old channel document for ${label}`,
    why: `it names ${version} (${shortDigest(release)}) with sequence ${sequence}, and one with ` +
      `sequence ${record.sequence} was seen here before`,
    next:
      "ask whether a mirror or cache in between lags behind; where the registry was put back on " +
      "purpose, promote until the sequence is higher, or start the release by its version or digest",
  }, { facts: { channel: label, version, digest: release } });
}
