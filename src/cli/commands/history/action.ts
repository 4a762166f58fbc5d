import {
  historyOf,
  type HistoryRow,
  pin,
  type Pinned,
  rollback,
  unpin,
} from "../../../app/releases/history.ts";
import type { Context } from "../../../app/context.ts";
import { shortDigest } from "../../../model/digest.ts";
import { type AppRef, formatAppRef, parseAppRef } from "../../../model/ref.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { formatMinute } from "../../format.ts";
import { digestText } from "../../json/words.ts";
import type { Logger } from "../../logger.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { CHOSEN, chosenRecord, entryRecord, RELEASED, RELEASES, rowRecord } from "./records.ts";

interface Opened {
  readonly appRef: AppRef;
  /** What follows APP. */
  readonly rest: readonly string[];
  readonly context: Context;
  readonly logger: Logger;
}

/** `edgeboot history APP[@REF]`. */
export async function historyCommand(invocation: Invocation): Promise<Outcome> {
  const { appRef, context } = await open(invocation);
  const rows = await historyOf(appRef, context);
  const content = { label: formatAppRef(appRef), releases: rows.map(rowRecord) };
  return say(invocation, RELEASES, content, () => `${renderHistory(rows)}\n`);
}

/** `edgeboot pin APP[@REF] [RELEASE]`, and `--remove`. */
export async function pinCommand(invocation: Invocation): Promise<Outcome> {
  const { appRef, rest, context, logger } = await open(invocation);
  if (!invocation.flags.values.has("remove")) {
    return tell(await pin(appRef, rest[0], context), invocation, logger);
  }
  const label = formatAppRef(appRef);
  const removed = await unpin(appRef, context);
  const text = removed ? "the next start asks the registry again" : "it was not pinned";
  logger.log("info", "unpinned", `${label}: ${text}`, { removed });
  return say(invocation, RELEASED, { label, removed }, () => "");
}

/** `edgeboot rollback APP[@REF]`. */
export async function rollbackCommand(invocation: Invocation): Promise<Outcome> {
  const { appRef, context, logger } = await open(invocation);
  return tell(await rollback(appRef, context), invocation, logger);
}

async function open({ flags, host, useLogger }: Invocation): Promise<Opened> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app, ...rest] = flags.rest;
  const appRef = parseAppRef(app!);
  const context = openSession({ config, logger, host }, { kind: "app", appRef });
  return { appRef, rest, context, logger };
}

/** People read it on stderr: stdout is for what was asked for, and this was done. */
function tell(pinned: Pinned, invocation: Invocation, logger: Logger): Outcome {
  const { label, from, to, cached, skipped } = pinned;
  for (const { version, digest } of skipped) {
    const text = `${label}: passed over ${version} (${
      shortDigest(digest)
    }): not all of it is cached`;
    logger.log("warn", "skipped", text, { version, digest: digestText(digest) });
  }
  const was = from === undefined || from.digest === to.digest ? "" : `, was ${name(from)}`;
  logger.log("info", "pinned", `${label}: pinned to ${name(to)}${was}`, {
    from: from && entryRecord(from),
    to: { digest: digestText(to.digest), version: to.version },
  });
  if (!cached) {
    const text = `${label}: not all of it is cached: the next start fetches it`;
    logger.log("warn", "not-cached", text);
  }
  return say(invocation, CHOSEN, chosenRecord(pinned), () => "");
}

function name({ version, digest }: Pinned["to"]): string {
  return version === undefined ? shortDigest(digest) : `${version} (${shortDigest(digest)})`;
}

function renderHistory(rows: readonly HistoryRow[]): string {
  return rows.map(({ digest, version, at, current, pinned, cached }) => {
    const time = at === 0 ? "-" : formatMinute(at);
    const marks = [
      ...current ? ["current"] : [],
      ...pinned ? ["pinned"] : [],
      cached ? "cached" : "not cached",
    ];
    const label = (version ?? "?").padEnd(12);
    return `${time.padEnd(16)}  ${label}  sha256:${digest}  ${marks.join(", ")}`;
  }).join("\n");
}
