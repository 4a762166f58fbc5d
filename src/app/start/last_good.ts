import { shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { Context } from "../context.ts";
import { about } from "../about.ts";
import type { Target } from "./request.ts";
import { type Resolved, type ResolvedRelease, tellRelease } from "./resolved_release.ts";
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

/** The one warning of a start with the last release that ran here, and why. */
export function warnStale(
  appRef: AppRef,
  release: ResolvedRelease,
  error: EdgebootError,
  context: Pick<Context, "report">,
): void {
  context.report.event({
    kind: "warning",
    text:
      `${formatAppRef(appRef)}: staying with ${release.version} (${
        shortDigest(release.digest)
      }), ` +
      `the last release that started here, because ${error.text.what}: ${error.text.why}`,
  });
}

/**
 * What to start in place of a release whose start has failed, with a warning: a bad publish or a dead
 * registry must not keep a service down that ran a minute ago.
 * @throws the error, where nothing may take its place
 */
export function inPlaceOf(
  { release, lastGood }: Resolved,
  error: unknown,
  target: Target,
  context: Pick<Context, "report">,
): ResolvedRelease {
  if (lastGood === undefined || target.kind !== "app" || !isReplaceable(error)) {
    throw about(error, release);
  }
  warnStale(target.appRef, lastGood, error, context);
  tellRelease(lastGood, "last-good", context);
  return lastGood;
}
