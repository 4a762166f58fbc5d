import { shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { Context } from "../context.ts";
import type { Subject } from "./subject.ts";

/**
 * Whether what ran before may be started in place of what has failed: nobody answered (69), the new release
 * is broken or does not fit (65, VARIANT_UNFIT), or this machine cannot take it in now (73, 74, 75: no room, a
 * read-only cache, a lock that others hold). A registry that answers "no" is believed (77, 78), and a command
 * line that is wrong stays wrong.
 */
export function isReplaceable(error: unknown): error is EdgebootError {
  if (!(error instanceof EdgebootError)) return false;
  return REPLACEABLE.has(error.exitCode) || error.code === "VARIANT_UNFIT";
}

const REPLACEABLE: ReadonlySet<number> = new Set([65, 69, 73, 74, 75]);

export function warnStale(
  appRef: AppRef,
  subject: Subject,
  error: EdgebootError,
  context: Context,
): void {
  context.report.event({
    kind: "warning",
    text:
      `${formatAppRef(appRef)}: staying with ${subject.version} (${
        shortDigest(subject.digest)
      }), ` +
      `the last release that started here, because ${error.text.what}: ${error.text.why}`,
  });
}
