import { shortDigest } from "../../model/digest.ts";
import { EdgebootError, type ErrorCode } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { Context } from "../context.ts";
import { about } from "../about.ts";
import type { Target } from "./request.ts";
import { type Resolved, type ResolvedRelease, tellRelease } from "./resolved_release.ts";

type Told = Pick<Context, "config" | "report">;

/**
 * Whether what ran before may be started in place of what has failed. Whatever the registry says (nobody
 * answers, 401, 403, 404, a release that is broken or does not fit) never stops what ran, nor does a machine
 * that cannot take in what is new (no room, a read-only cache, a lock that others hold). A command line that
 * is wrong stays wrong, and `--strict` ends in each case.
 */
export function isReplaceable(error: unknown, { config }: Told): error is EdgebootError {
  if (config.strict || !(error instanceof EdgebootError)) return false;
  if (REPLACEABLE_EXITS.has(error.exitCode) || REPLACEABLE_CODES.has(error.code)) return true;
  // A directory registry that may not be read; of a place in the cache that is not ours no fallback is started.
  return error.code === "PERMISSION_DENIED" && "url" in error.facts;
}

/** Data and what cannot be had now; of this machine: 73, 74, 75; no Python or entry point for a new release. */
const REPLACEABLE_EXITS: ReadonlySet<number> = new Set([65, 69, 73, 74, 75, 126, 127]);
const REPLACEABLE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...["REGISTRY_DENIED", "APP_UNKNOWN", "REF_UNKNOWN", "VARIANT_UNFIT"] as const,
]);

/** The one warning of a start with the last release that ran here, and why. */
export function warnStale(
  appRef: AppRef,
  { version, digest }: ResolvedRelease,
  error: EdgebootError,
  { report }: Told,
): void {
  const { code, text: { what, why }, facts: { url, status } } = error;
  report.event({
    kind: "fallback",
    text: `${formatAppRef(appRef)}: staying with ${version} (${shortDigest(digest)}), ` +
      `the last release that started here, because ${what}: ${why}`,
    ...{ version, digest, code },
    url: typeof url === "string" ? url : undefined,
    status: typeof status === "number" ? status : undefined,
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
  context: Told,
): ResolvedRelease {
  if (lastGood === undefined || target.kind !== "app" || !isReplaceable(error, context)) {
    throw about(error, release);
  }
  warnStale(target.appRef, lastGood, error, context);
  tellRelease(lastGood, "last-good", context);
  return lastGood;
}
