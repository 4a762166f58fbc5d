import { type Sha256, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { display } from "../../model/location.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import { fetchOptions, type LayerOptions } from "../../registry/registry.ts";
import type { LayerSource, Registry } from "../../registry/registry.ts";
import type { Confirmed, RefKey, RefRecord } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { ReleaseSource } from "../events.ts";
import type { Target } from "./request.ts";
import { isReplaceable, warnStale } from "./last_good.ts";
import { cachedSubject, notCached, toSubject } from "./release_subject.ts";
import { bundleSubject, type Subject } from "./subject.ts";
import { supervised } from "./supervised.ts";

/** A subject, what to remember once its layers are in place, and what to start if they never are. */
export interface Resolved {
  readonly subject: Subject;
  remember(): void;
  /** The release that this channel or version last started with here, where it is another one. */
  readonly lastGood: Subject | undefined;
  readonly source: ReleaseSource;
}

/** @throws EdgebootError of the registry and the release model; OFFLINE (69) */
export async function resolveTarget(target: Target, context: Context): Promise<Resolved> {
  if (target.kind === "bundle") {
    const { location } = target.bundle;
    const subject = bundleSubject(target, (options) => fetchBundle(location, options, context));
    return settled(subject, "bundle");
  }
  const { appRef } = target;
  if (appRef.ref.kind === "digest") return await byDigest(appRef, appRef.ref.digest, context);
  return await byName(appRef, appRef.ref.name, context);
}

async function byDigest(appRef: AppRef, digest: Sha256, context: Context): Promise<Resolved> {
  const cached = cachedSubject(appRef, digest, context);
  if (cached !== undefined) return settled(cached, "cached");
  if (context.config.offline) throw notCached(appRef, context);
  const resolution = await supervised(
    `asking for ${formatAppRef(appRef)}`,
    context,
    () => context.registry().release(appRef.app, digest),
  );
  if (resolution.kind !== "found") throw new Error("a release was unchanged without a validator");
  const found = await sha256Of(resolution.text, context);
  if (found !== digest) throw releaseDiffers(appRef, digest, found, display(resolution.location));
  const subject = toSubject(appRef, resolution.text, digest, context, "patient", true);
  const remember = () => void context.records.saveRelease(digest, resolution.text);
  return { subject, remember, lastGood: undefined, source: "fetched" };
}

/** Nothing to remember, and nothing to fall back on. */
function settled(subject: Subject, source: ReleaseSource): Resolved {
  return { subject, remember: () => {}, lastGood: undefined, source };
}

/**
 * A channel or version: asks the registry, unless told not to. What is remembered is only written
 * after all layers are in place, so it always names a release that can start from the cache alone.
 */
async function byName(appRef: AppRef, name: string, context: Context): Promise<Resolved> {
  const registry = context.registry();
  const key: RefKey = { registry: registry.location, app: appRef.app, name };
  const record = context.records.ref(key);
  if (record?.pinned !== undefined) return await byPin(appRef, record.pinned, context);
  const known = record && cachedSubject(appRef, record.digest, context);
  if (record !== undefined && known !== undefined && isFresh(record, context)) {
    return settled(known, "fresh");
  }
  if (context.config.offline) throw notCached(appRef, context);
  const ask = () => askRegistry(appRef, registry, key, record, known, context);
  try {
    // With nothing to fall back on it asks for up to a minute; else for seconds, which no manager minds.
    if (known === undefined) {
      return await supervised(`asking for ${formatAppRef(appRef)}`, context, ask);
    }
    return await ask();
  } catch (error) {
    if (isUnknownName(error)) {
      const { withSuggestion } = await import("../releases/suggestions.ts");
      throw await withSuggestion(error, appRef, context);
    }
    if (known === undefined || !isReplaceable(error)) throw error;
    warnStale(appRef, known, error, context);
    return settled(known, "last-good");
  }
}

function isUnknownName(error: unknown): error is EdgebootError {
  return error instanceof EdgebootError &&
    (error.code === "APP_UNKNOWN" || error.code === "REF_UNKNOWN");
}

async function askRegistry(
  appRef: AppRef,
  registry: Registry,
  key: RefKey,
  record: RefRecord | undefined,
  known: Subject | undefined,
  context: Context,
): Promise<Resolved> {
  const { records, host } = context;
  const resolution = await registry.resolve(appRef.app, key.name, {
    patience: known === undefined ? "patient" : "eager",
    ...(known !== undefined && record?.validator !== undefined
      ? { validator: record.validator }
      : {}),
  });
  if (resolution.kind === "unchanged") {
    // The time only matters to `--refresh=DURATION`; otherwise a warm start writes nothing.
    const remember = () => {
      if (context.config.refresh.kind === "after") {
        records.saveRef(key, { ...confirmedOf(record!), checkedAt: host.clock.now() });
      }
    };
    return { subject: known!, remember, lastGood: undefined, source: "unchanged" };
  }
  // A server without validators sends the document each time; equal text needs no hash.
  const same = record !== undefined && records.release(record.digest) === resolution.text;
  const digest = same ? record.digest : await sha256Of(resolution.text, context);
  const isNew = record?.digest !== digest;
  const lastGood = isNew ? known : undefined;
  const patience = lastGood === undefined ? "patient" : "brief";
  const subject = toSubject(appRef, resolution.text, digest, context, patience, isNew);
  const remember = () => {
    if (!records.saveRelease(digest, resolution.text)) return;
    const { validator } = resolution;
    const confirmed = record?.digest === digest && record.validator === validator;
    if (confirmed && context.config.refresh.kind !== "after") return;
    const { version } = subject;
    records.saveRef(key, { digest, version, validator, checkedAt: host.clock.now() });
  };
  return { subject, remember, lastGood, source: isNew ? "changed" : "unchanged" };
}

/** What the operator has chosen stays, whatever the registry says: it is not even asked. */
async function byPin(appRef: AppRef, pinned: Sha256, context: Context): Promise<Resolved> {
  const resolved = await byDigest(appRef, pinned, context);
  const { version, digest } = resolved.subject;
  context.report.event({
    kind: "detail",
    text: `${formatAppRef(appRef)} is pinned to ${version} (${shortDigest(digest)}); ` +
      "`edgeboot pin --remove` follows the registry again",
  });
  return { ...resolved, source: "pinned" };
}

function confirmedOf({ digest, version, validator, checkedAt }: RefRecord): Confirmed {
  return { digest, version, validator, checkedAt };
}

function isFresh(record: RefRecord, { config, host }: Context): boolean {
  if (config.offline || config.refresh.kind === "never") return true;
  if (config.refresh.kind === "always") return false;
  const age = host.clock.now() - record.checkedAt;
  // A clock that was set back makes an age negative: ask again.
  return age >= 0 && age < config.refresh.ms;
}

async function fetchBundle(
  location: Extract<Target, { kind: "bundle" }>["bundle"]["location"],
  options: LayerOptions,
  context: Context,
): Promise<LayerSource> {
  const origin = display(location);
  if (context.config.offline) throw offlineBundle(origin);
  const fetched = await context.fetcher.fetch(location, fetchOptions(options, origin, false));
  if (fetched.kind === "content") return { content: fetched, origin };
  throw new EdgebootError("BLOB_MISSING", {
    what: `cannot fetch the bundle ${origin}`,
    why: "there is nothing at that address",
    next: "check --bundle",
  }, { facts: { url: origin } });
}

async function sha256Of(text: string, { host }: Context): Promise<Sha256> {
  const hash = await host.codecs.sha256();
  hash.update(new TextEncoder().encode(text));
  return hash.digestHex() as Sha256;
}

function releaseDiffers(appRef: AppRef, digest: Sha256, found: string, origin: string) {
  return new EdgebootError("DIGEST_MISMATCH", {
    what: `release ${formatAppRef(appRef)} is not what was asked for`,
    why: `expected sha256 ${digest}, found ${found} at ${origin}`,
    next: "upload the release document again, or correct the digest",
  }, { facts: { digest, found, url: origin } });
}

function offlineBundle(origin: string): EdgebootError {
  return new EdgebootError("OFFLINE", {
    what: `cannot fetch the bundle ${origin} offline`,
    why: "it is not in the cache",
    next: "drop --offline, or fetch it before",
  }, { facts: { url: origin } });
}
