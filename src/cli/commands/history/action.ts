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
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { formatMinute } from "../../format.ts";
import { printable } from "../../logger.ts";
import type { Logger } from "../../logger.ts";
import { toJson } from "../../published.ts";
import { openSession, readSettings } from "../../session.ts";

interface Opened {
  readonly appRef: AppRef;
  /** What follows APP. */
  readonly rest: readonly string[];
  readonly context: Context;
  readonly logger: Logger;
}

export async function historyCommand(invocation: Invocation): Promise<BootAction> {
  const { appRef, context } = await open("history", 0, invocation);
  const rows = await historyOf(appRef, context);
  print(invocation, rows, renderHistory(rows));
  return DONE;
}

export async function pinCommand(invocation: Invocation): Promise<BootAction> {
  const { appRef, rest, context, logger } = await open("pin", 1, invocation);
  if (!invocation.flags.values.has("remove")) {
    tell(await pin(appRef, rest[0], context), invocation, logger);
    return DONE;
  }
  if (rest.length > 0) throw usage({ command: "pin" }, "--remove takes an app and no release");
  const label = formatAppRef(appRef);
  const wasPinned = await unpin(appRef, context);
  if (invocation.flags.values.has("json")) print(invocation, { label, removed: wasPinned }, "");
  const text = wasPinned ? "the next start asks the registry again" : "it was not pinned";
  logger.log("info", "unpinned", `${label}: ${text}`, { removed: wasPinned });
  return DONE;
}

export async function rollbackCommand(invocation: Invocation): Promise<BootAction> {
  const { appRef, context, logger } = await open("rollback", 0, invocation);
  tell(await rollback(appRef, context), invocation, logger);
  return DONE;
}

async function open(
  command: string,
  mostMore: number,
  { flags, host, useLogger }: Invocation,
): Promise<Opened> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app, ...rest] = flags.rest;
  if (app === undefined || rest.length > mostMore) {
    throw usage({ command }, `one app is needed: edgeboot ${command} APP[@REF]`);
  }
  const appRef = parseAppRef(app);
  return {
    appRef,
    rest,
    context: openSession({ config, logger, host }, { kind: "app", appRef }),
    logger,
  };
}

function tell(pinned: Pinned, invocation: Invocation, logger: Logger): void {
  const { label, from, to, cached, skipped } = pinned;
  if (invocation.flags.values.has("json")) print(invocation, pinned, "");
  for (const { version, digest } of skipped) {
    const text = `${label}: passed over ${version} (${
      shortDigest(digest)
    }): not all of it is cached`;
    logger.log("warn", "skipped", text, { version, digest });
  }
  const was = from === undefined || from.digest === to.digest ? "" : `, was ${name(from)}`;
  logger.log("info", "pinned", `${label}: pinned to ${name(to)}${was}`, { from, to });
  if (!cached) {
    logger.log(
      "warn",
      "not-cached",
      `${label}: not all of it is cached: the next start fetches it`,
    );
  }
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

function print({ flags, host }: Invocation, value: unknown, text: string): void {
  const chosen = flags.values.has("json") ? toJson(value) : printable(text);
  host.output.stdout(`${chosen}\n`);
}
