import { type Releases, releasesOf } from "../../../app/published/releases.ts";
import { display } from "../../../model/location.ts";
import { parseAppRef } from "../../../model/ref.ts";
import type { Outcome } from "../../action.ts";
import { formatBytes, formatMinute } from "../../format.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { RELEASES, releasesRecord } from "./record.ts";

/** `edgeboot releases APP`. */
export async function releasesCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const appRef = parseAppRef(flags.rest[0]!);
  const context = openSession({ config, logger, host }, { kind: "app", appRef });
  const releases = await releasesOf(appRef.app, context);
  if (releases.source === "channel") {
    const text =
      `${display(releases.registry)} has no index of ${appRef.app}, as a person keeps it: ` +
      "this is what its stable channel stands for, and there may be more";
    logger.log("warn", "warning", text);
  }
  return say(invocation, RELEASES, releasesRecord(releases), () => render(releases));
}

/** A line a version; digests stand whole, as they are what one starts by. */
function render({ versions, channels }: Releases): string {
  const lines = versions.map(({ version, release, publishedMs, size, channels }) => {
    const time = publishedMs === 0 ? "-" : formatMinute(publishedMs);
    const bytes = size === undefined ? "-" : formatBytes(size);
    const columns = [time.padEnd(16), version.padEnd(12), bytes.padStart(8), `sha256:${release}`];
    return [...columns, channels.join(", ")].join("  ").trimEnd();
  });
  const adrift = channels.filter((each) =>
    !versions.some(({ release }) => release === each.release)
  ).map(({ channel, version, release }) => `${channel}: ${version}, sha256:${release}`);
  return [...lines, ...adrift].map((line) => `${line}\n`).join("");
}
