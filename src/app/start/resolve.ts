import { type ReleaseDigest, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { RefKey } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import { askRegistry } from "./ask_registry.ts";
import { isFresh } from "./freshness.ts";
import { isReplaceable, warnStale } from "./last_good.ts";
import { notCached } from "./offline.ts";
import type { Target } from "./request.ts";
import { bundleRelease, cachedRelease, releaseFrom, type Resolved } from "./resolved_release.ts";
import { supervised } from "./supervised.ts";

/** What resolving works with. */
export type Resolving = Pick<
  Context,
  "host" | "config" | "cacheRoot" | "store" | "records" | "report" | "retryListeners" | "registry"
>;

/** @throws EdgebootError of the registry and the release model; OFFLINE (69) */
export async function resolveTarget(target: Target, context: Resolving): Promise<Resolved> {
  if (target.kind === "bundle") return { release: bundleRelease(target), source: "bundle" };
  const { appRef } = target;
  if (appRef.ref.kind === "digest") return await byDigest(appRef, appRef.ref.digest, context);
  return await byName(appRef, appRef.ref.name, context);
}

async function byDigest(
  appRef: AppRef,
  digest: ReleaseDigest,
  context: Resolving,
): Promise<Resolved> {
  const cached = cachedRelease(appRef, digest, context);
  if (cached !== undefined) return { release: cached, source: "cached" };
  if (context.config.offline) throw notCached(appRef, context);
  const { namedRelease } = await import("./follow_channel.ts");
  const text = await supervised(
    `asking for ${formatAppRef(appRef)}`,
    context,
    () => namedRelease(appRef, digest, context.registry(), {}, context),
  );
  const release = releaseFrom(appRef, { text, digest, patience: "patient", isNew: true }, context);
  return { release, source: "fetched", remember: { document: { digest, text } } };
}

/** A channel or version: asks the registry, unless told not to. */
async function byName(appRef: AppRef, name: string, context: Resolving): Promise<Resolved> {
  const registry = context.registry();
  const key: RefKey = { registry: registry.location, app: appRef.app, name };
  const record = context.records.ref(key);
  if (record?.pinned !== undefined) return await byPin(appRef, record.pinned, context);
  const known = record && cachedRelease(appRef, record.digest, context);
  if (
    record !== undefined && known !== undefined &&
    isFresh(record, context.config, context.host.clock)
  ) {
    return { release: known, source: "fresh" };
  }
  if (context.config.offline) throw notCached(appRef, context);
  const asked = { appRef, key, record, known };
  try {
    // With nothing to fall back on it asks for up to a minute; else for seconds, which no manager minds.
    if (known !== undefined) return await askRegistry(asked, registry, context);
    return await supervised(
      `asking for ${formatAppRef(appRef)}`,
      context,
      (report) => askRegistry(asked, registry, { ...context, report }),
    );
  } catch (error) {
    if (known !== undefined && isReplaceable(error, context)) {
      warnStale(appRef, known, error, context);
      return { release: known, source: "last-good" };
    }
    if (!isUnknownName(error)) throw error;
    const { withSuggestion } = await import("../releases/suggestions.ts");
    throw await withSuggestion(error, appRef, context);
  }
}

function isUnknownName(error: unknown): error is EdgebootError {
  return error instanceof EdgebootError &&
    (error.code === "APP_UNKNOWN" || error.code === "REF_UNKNOWN");
}

/** What the operator has chosen stays, whatever the registry says: it is not even asked. */
async function byPin(appRef: AppRef, pinned: ReleaseDigest, context: Resolving): Promise<Resolved> {
  const resolved = await byDigest(appRef, pinned, context);
  const { version, digest } = resolved.release;
  context.report.event({
    kind: "detail",
    text: `${formatAppRef(appRef)} is pinned to ${version} (${shortDigest(digest)}); ` +
      "`edgeboot pin --remove` follows the registry again",
  });
  return { ...resolved, source: "pinned" };
}
