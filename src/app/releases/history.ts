import { type ReleaseDigest, shortDigest, tryParseReleaseDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import { parseRelease, type Release } from "../../model/release.ts";
import type { HistoryEntry, RefKey, RefRecord } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import { selectPython } from "../start/python.ts";
import { missingLayers } from "../start/trees.ts";
import { notHere } from "../cache/verify.ts";

export interface HistoryRow extends HistoryEntry {
  /** What the registry last said. */
  readonly current: boolean;
  readonly pinned: boolean;
  /** It can start without network. */
  readonly cached: boolean;
}

/**
 * `edgeboot history`: what a channel or version has stood for on this machine, newest first.
 * @throws EdgebootError RELEASE_NOT_CACHED (69)
 */
export async function historyOf(appRef: AppRef, context: Context): Promise<HistoryRow[]> {
  const record = context.records.ref(keyOf(appRef, context));
  if (record === undefined) throw notHere(appRef, context);
  const rows: HistoryRow[] = [];
  for (const [index, entry] of withPinned(record, appRef, context).entries()) {
    const cached = await isCached(appRef, entry.digest, context);
    const current = index === record.history.findIndex(({ digest }) => digest === record.digest);
    rows.push({ ...entry, current, pinned: entry.digest === record.pinned, cached });
  }
  return rows;
}

/** A release that was pinned without ever having been what the channel stood for is listed, too. */
function withPinned(
  { history, pinned }: RefRecord,
  appRef: AppRef,
  context: Context,
): readonly HistoryEntry[] {
  if (pinned === undefined || history.some(({ digest }) => digest === pinned)) return history;
  const version = readRelease(appRef, pinned, context)?.version;
  return [...history, { digest: pinned, version, at: 0 }];
}

export interface Pinned {
  readonly label: string;
  readonly from: HistoryEntry | undefined;
  readonly to: Pick<HistoryEntry, "digest" | "version">;
  /** false: the next start has to fetch it */
  readonly cached: boolean;
  /** Releases that lie between and cannot start without network. */
  readonly skipped: readonly HistoryEntry[];
}

/**
 * `edgeboot pin`: from now on `run` starts this release, whatever the registry says. `wanted` is a release
 * digest, a version, or undefined for the release that starts now.
 * @throws EdgebootError RELEASE_NOT_CACHED (69), CACHE_UNWRITABLE (73)
 */
export async function pin(
  appRef: AppRef,
  wanted: string | undefined,
  context: Context,
): Promise<Pinned> {
  const key = keyOf(appRef, context);
  const record = context.records.ref(key);
  const digest = await chooseRelease(appRef, wanted, record, context);
  const version = readRelease(appRef, digest, context)?.version;
  // Before any start here there is nothing that the registry has said: the pin stands for itself.
  const before = record ??
    { digest, version, validator: undefined, checkedAt: 0, history: [], pinned: undefined };
  await context.records.replaceRef(key, { ...before, pinned: digest });
  return {
    label: formatAppRef(appRef),
    from: record && effective(record),
    to: { digest, version },
    cached: await isCached(appRef, digest, context),
    skipped: [],
  };
}

/** @returns whether there was a pin */
export async function unpin(appRef: AppRef, context: Context): Promise<boolean> {
  const key = keyOf(appRef, context);
  const record = context.records.ref(key);
  if (record?.pinned === undefined) return false;
  await context.records.replaceRef(key, { ...record, pinned: undefined });
  return true;
}

/**
 * `edgeboot rollback`: pins to the newest release before the one that starts now that can start from the
 * cache alone; nothing is contacted.
 * @throws EdgebootError RELEASE_NOT_CACHED (69), CACHE_UNWRITABLE (73)
 */
export async function rollback(appRef: AppRef, context: Context): Promise<Pinned> {
  const key = keyOf(appRef, context);
  const record = context.records.ref(key);
  if (record === undefined) throw notHere(appRef, context);
  const from = effective(record);
  const skipped: HistoryEntry[] = [];
  for (const entry of earlier(record)) {
    if (!await isCached(appRef, entry.digest, context)) {
      skipped.push(entry);
      continue;
    }
    await context.records.replaceRef(key, { ...record, pinned: entry.digest });
    return { label: formatAppRef(appRef), from, to: entry, cached: true, skipped };
  }
  throw noneBefore(appRef, from, skipped, context);
}

/** Releases older than the one that starts now, newest first, each once. */
export function earlier(record: RefRecord): HistoryEntry[] {
  const now = record.pinned ?? record.digest;
  const position = record.history.findIndex(({ digest }) => digest === now);
  const seen = new Set([now]);
  return record.history.slice(position + 1).filter(({ digest }) => {
    const isNew = !seen.has(digest);
    seen.add(digest);
    return isNew;
  });
}

function effective(record: RefRecord): HistoryEntry {
  const digest = record.pinned ?? record.digest;
  return record.history.find((entry) => entry.digest === digest) ??
    { digest, version: undefined, at: record.checkedAt };
}

async function chooseRelease(
  appRef: AppRef,
  wanted: string | undefined,
  record: RefRecord | undefined,
  context: Context,
): Promise<ReleaseDigest> {
  if (wanted === undefined) {
    if (record === undefined) throw notHere(appRef, context);
    return record.pinned ?? record.digest;
  }
  const digest = tryParseReleaseDigest(wanted);
  if (digest !== undefined) return digest;
  const known = record?.history.find(({ version }) => version === wanted)?.digest ??
    await findVersion(appRef, wanted, context);
  if (known !== undefined) return known;
  throw new EdgebootError("RELEASE_NOT_CACHED", {
    what: `no release ${wanted} of ${appRef.app} in the cache`,
    why: "a pin names a release that is known here, and neither the history nor the cache has it",
    next:
      `fetch it first (\`edgeboot fetch ${appRef.app}@${wanted}\`), or give its sha256:<hex>; ` +
      `\`edgeboot history ${formatAppRef(appRef)}\` lists what is known`,
  }, { facts: { app: appRef.app, version: wanted } });
}

async function findVersion(
  { app }: AppRef,
  wanted: string,
  { store }: Context,
): Promise<ReleaseDigest | undefined> {
  const releases = (await store.manager()).releases();
  return releases.find((release) => release.app === app && release.version === wanted)?.digest;
}

/** undefined where it is not here, cannot be read, or is of another app. */
function readRelease(appRef: AppRef, digest: ReleaseDigest, context: Context): Release | undefined {
  const text = context.records.release(digest);
  if (text === undefined) return undefined;
  try {
    const release = parseRelease(text, `cached release ${digest}`);
    return release.app === appRef.app ? release : undefined;
  } catch {
    return undefined;
  }
}

/** As a start would see it: the release, and all layers of the variant that fits this machine. */
async function isCached(appRef: AppRef, digest: ReleaseDigest, context: Context): Promise<boolean> {
  const release = readRelease(appRef, digest, context);
  if (release === undefined) return false;
  const label = formatAppRef(appRef);
  try {
    const { variant } = await selectPython({ label, app: release.app, body: release }, context);
    return missingLayers(variant, context).length === 0;
  } catch (error) {
    if (error instanceof EdgebootError) return false;
    throw error;
  }
}

function keyOf({ app, ref }: AppRef, context: Context): RefKey {
  if (ref.kind === "name") {
    return { registry: context.registry().location, app, name: ref.name };
  }
  throw new EdgebootError("USAGE", {
    what: `${app}@sha256:${shortDigest(ref.digest)}… has no history`,
    why:
      "a digest is one release for ever; what changes, and can be pinned, is a channel or version",
    next: `give ${app} or ${app}@CHANNEL`,
  });
}

function noneBefore(
  appRef: AppRef,
  from: HistoryEntry,
  skipped: readonly HistoryEntry[],
  { cacheRoot }: Context,
): EdgebootError {
  const label = formatAppRef(appRef);
  const nearest = skipped[0];
  const known = skipped.map(({ version, digest }) => `${version} (${shortDigest(digest)})`);
  return new EdgebootError("RELEASE_NOT_CACHED", {
    what: `cannot roll back ${label} from ${from.version} (${shortDigest(from.digest)})`,
    why: nearest === undefined
      ? `no release before it has started here (${cacheRoot.path})`
      : `of what started before, ${known.join(", ")}, not all layers are in the cache any more`,
    next: nearest === undefined
      ? `\`edgeboot pin ${label} VERSION\` starts any release that was fetched`
      : `\`edgeboot fetch ${appRef.app}@sha256:${nearest.digest}\` brings it back; then ` +
        `\`edgeboot pin ${label} sha256:${nearest.digest}\``,
  }, { facts: { app: appRef.app } });
}
