import { checkChannelName } from "../../../app/publish/move_channel.ts";
import { promote, type Promoted } from "../../../app/publish/promote.ts";
import { parseAppRef } from "../../../model/ref.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { writingTo } from "../../writing.ts";
import { outputsOf, tellOutputs } from "../publish/github_output.ts";
import { tellChannel } from "../publish/tell_channel.ts";
import { promotedRecord, RESULT } from "./record.ts";

/** `edgeboot promote APP@VERSION --channel CHANNEL --to REGISTRY`. */
export async function promoteCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const channel = String(flags.values.get("channel"));
  checkChannelName(channel, "promote APP@VERSION");
  const appRef = parseAppRef(flags.rest[0]!);
  const expect = flags.values.get("expect");
  const dryRun = flags.values.has("dry-run");
  const context = openSession(
    { config: writingTo(flags, config, host.process.cwd()), logger, host },
    { kind: "app", appRef },
  );
  const request = {
    appRef,
    channel,
    expect: typeof expect === "string" ? expect : undefined,
    dryRun,
  };
  const promoted = await promote(request, context);
  const { app, version, release } = promoted.document;
  if (!dryRun) {
    tellChannel(promoted, logger);
    tellOutputs(outputsOf(app, version, release), host, logger);
  }
  return say(
    invocation,
    RESULT,
    promotedRecord(promoted, dryRun),
    () => dryRun ? renderPlan(promoted) : `${app}@sha256:${release}\n`,
  );
}

function renderPlan({ document, from, moved }: Promoted): string {
  const { app, channel, version, sequence } = document;
  const change = moved ? `${from ?? "nothing"} → ${version}, sequence ${sequence}` : "no change";
  return `would move ${app}@${channel}: ${change}\n`;
}
