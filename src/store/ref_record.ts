import type { AppId } from "../model/app_id.ts";
import { type ReleaseDigest, tryParseReleaseDigest } from "../model/digest.ts";
import type { Location } from "../model/location.ts";

/** What a channel or version stood for when its layers were last all in place here. */
export interface RefRecord extends Confirmed {
  /** What it stood for before, newest first, the current release included. */
  readonly history: readonly HistoryEntry[];
  /** The release that is started in its place, whatever the registry says. */
  readonly pinned: ReleaseDigest | undefined;
}

export interface Confirmed {
  readonly digest: ReleaseDigest;
  readonly version: string | undefined;
  /** The registry's validator for the release document at that time. */
  readonly validator: string | undefined;
  /** milliseconds since the epoch: when the registry last confirmed it */
  readonly checkedAt: number;
  /** Of the newest channel document that was seen for it. */
  readonly sequence?: number;
}

export interface HistoryEntry {
  readonly digest: ReleaseDigest;
  readonly version: string | undefined;
  /** milliseconds since the epoch: when it first started here after another one */
  readonly at: number;
}

/** What a record is kept under. */
export interface RefKey {
  readonly registry: Location;
  readonly app: AppId;
  readonly name: string;
}

/** A record with its key as it was written: file names are no proof of it. */
export interface StoredRef extends RefRecord {
  readonly registry: string;
  readonly app: string;
  readonly name: string;
}

const LONGEST_HISTORY = 20;

/** Pure: the record after the registry has confirmed a release. */
export function confirmed(before: RefRecord | undefined, now: Confirmed): RefRecord {
  const { digest, version, checkedAt } = now;
  const history = before?.history ?? [];
  const isSame = history[0]?.digest === digest;
  return {
    ...now,
    history: isSame
      ? history
      : [{ digest, version, at: checkedAt }, ...history].slice(0, LONGEST_HISTORY),
    pinned: before?.pinned,
  };
}

/** The text of a record; {@link parseRefRecord} reads it. */
export function formatRefRecord({ registry, app, name }: RefKey, record: RefRecord): string {
  return JSON.stringify({ registry, app, name, ...record });
}

/** The record in a text, where it is that of the key: file names of long texts are cut. */
export function refOf(key: RefKey, text: string | undefined): RefRecord | undefined {
  const stored = text === undefined ? undefined : parseRefRecord(text);
  const { registry, app, name } = key;
  const isIt = stored?.registry === registry && stored.app === app && stored.name === name;
  return isIt ? stored : undefined;
}

/** undefined for what is no such record; a field that cannot be understood says nothing. */
export function parseRefRecord(text: string): StoredRef | undefined {
  const json = parseObject(text);
  const { registry, app, name } = json;
  const digest = toDigest(json.digest);
  if (digest === undefined) return undefined;
  if (typeof registry !== "string" || typeof app !== "string" || typeof name !== "string") {
    return undefined;
  }
  const checkedAt = typeof json.checkedAt === "number" ? json.checkedAt : 0;
  const version = toText(json.version);
  return {
    registry,
    app,
    name,
    digest,
    version,
    validator: toText(json.validator),
    checkedAt,
    ...(typeof json.sequence === "number" ? { sequence: json.sequence } : {}),
    // A record of before there was a history is the history of one release.
    history: Array.isArray(json.history)
      ? json.history.flatMap(toHistoryEntry)
      : [{ digest, version, at: checkedAt }],
    pinned: toDigest(json.pinned),
  };
}

function toHistoryEntry(value: unknown): HistoryEntry[] {
  if (typeof value !== "object" || value === null) return [];
  const { digest: text, version, at } = value as Record<string, unknown>;
  const digest = toDigest(text);
  if (digest === undefined || typeof at !== "number") return [];
  return [{ digest, version: toText(version), at }];
}

function toDigest(value: unknown): ReleaseDigest | undefined {
  return typeof value === "string" ? tryParseReleaseDigest(value) : undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
