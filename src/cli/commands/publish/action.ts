import { planPublish, publish, type Published } from "../../../app/publish/publish.ts";
import { checkChannelName } from "../../../app/publish/move_channel.ts";
import { shortDigest } from "../../../model/digest.ts";
import { display, identity, parseLocation } from "../../../model/location.ts";
import { parseAppRef } from "../../../model/ref.ts";
import type { Outcome } from "../../action.ts";
import { formatBytes } from "../../format.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { writingTo } from "../../writing.ts";
import { outputsOf, tellOutputs } from "./github_output.ts";
import { publishedRecord, RESULT } from "./record.ts";
import { tellChannel } from "./tell_channel.ts";

/** `edgeboot publish DIR [APP] --to REGISTRY`. */
export async function publishCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const cwd = host.process.cwd();
  const [directory, named] = flags.rest;
  const channel = flags.values.get("channel");
  if (typeof channel === "string") checkChannelName(channel, "publish");
  const dryRun = flags.values.has("dry-run");
  const context = openSession({ config: writingTo(flags, config, cwd), logger, host });
  const request = {
    directory: parseLocation(directory!, "directory to publish", cwd).location,
    wanted: named === undefined ? undefined : parseAppRef(named),
    channel: typeof channel === "string" ? channel : undefined,
    keepUrls: flags.values.has("keep-urls"),
  };
  const published = await (dryRun ? planPublish : publish)(request, context);
  const { release: { app, version }, digest } = published;
  if (!dryRun && published.channel !== undefined) tellChannel(published.channel, logger);
  if (!dryRun) tellOutputs(outputsOf(app, version, digest), host, logger);
  const registry = display(
    identity(parseLocation(context.config.registry!.value, "registry").location),
  );
  return say(
    invocation,
    RESULT,
    publishedRecord(published, registry, dryRun),
    () => dryRun ? renderPlan(published, registry) : `${app}@sha256:${digest}\n`,
  );
}

/** What would be done, a line each. */
function renderPlan(published: Published, registry: string): string {
  const { release: { app, version }, digest, isNew, channel, sent, sentBytes } = published;
  const there = published.skipped.length;
  const lines = [
    `would publish ${app} ${version} (${shortDigest(digest)}) to ${registry}`,
    `  layers    ${sent.length} to send, ${formatBytes(sentBytes)}; ${there} there already`,
    ...sent.map(({ sha256, size, wheel }) =>
      `            sha256:${sha256}${size === undefined ? "" : `, ${formatBytes(size)}`}` +
      `${wheel === undefined ? "" : `, ${wheel.file}`}`
    ),
    ...published.elsewhere.map(({ url }) => `            stays at ${display(url!)}`),
    `  version   ${version}, ${isNew ? "new" : "there already, the same"}`,
  ];
  if (channel !== undefined) {
    const { document: { channel: name, sequence }, from, moved } = channel;
    const change = moved ? `${from ?? "nothing"} → ${version}, sequence ${sequence}` : "no change";
    lines.push(`  channel   ${name}: ${change}`);
  }
  return `${lines.join("\n")}\n`;
}
