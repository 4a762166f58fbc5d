import type { ChannelDocument } from "../../model/channel.ts";
import { shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Context } from "../context.ts";
import { sha256Of } from "../start/sha256_of.ts";

/**
 * The release that a channel document on disk names: in the same directory, or among the blobs of the registry
 * that it lies in.
 * @param path of the channel document
 * @throws EdgebootError REF_UNKNOWN (78) where neither has it
 */
export async function releaseBeside(
  path: string,
  { version, release, app }: ChannelDocument,
  { host }: Pick<Context, "host">,
): Promise<{ readonly path: string; readonly text: string }> {
  const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) || "/" : ".";
  const places = [`${directory}/../../blobs/sha256/${release}`, `${directory}/${version}.json`];
  for (const place of places) {
    if (host.fs.stat(place)?.kind !== "file") continue;
    const text = host.fs.readText(place);
    if (await sha256Of(text, { host }) === release) return { path: place, text };
  }
  throw new EdgebootError("REF_UNKNOWN", {
    what: `${path} names a release that is not there`,
    why: `neither ${places.join(" nor ")} is ${app} ${version} (${shortDigest(release)})`,
    next: "look at the release itself, or at the app in its registry: `edgeboot inspect APP`",
  }, { facts: { app, version, digest: release, path } });
}
