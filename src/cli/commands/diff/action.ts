import { diffReleases } from "../../../app/diff/diff.ts";
import { parseAppRef } from "../../../model/ref.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { DIFF_RECORD, diffRecord } from "./record.ts";
import { renderDiff } from "./text.ts";

/** `edgeboot diff APP@A APP@B`. */
export async function diffCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [one, other] = flags.rest as [string, string];
  const from = parseAppRef(one);
  // `diff billing-api@1.4.1 @1.4.2`: of the same app.
  const to = parseAppRef(other.startsWith("@") ? `${from.app}${other}` : other);
  const context = openSession({ config, logger, host });
  const diff = await diffReleases([from, to], !flags.values.has("no-files"), context);
  return say(invocation, DIFF_RECORD, diffRecord(diff), () => renderDiff(diff));
}
