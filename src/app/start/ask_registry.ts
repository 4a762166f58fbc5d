import { parseReleaseDigest, type ReleaseDigest } from "../../model/digest.ts";
import type { AppRef } from "../../model/ref.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Confirmed, RefKey, RefRecord } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { Confirmation } from "./remember.ts";
import { releaseFrom, type Resolved, type ResolvedRelease } from "./resolved_release.ts";

/** A name, and what is known of it here. */
export interface Asked {
  readonly appRef: AppRef;
  readonly key: RefKey;
  /** What it last stood for. */
  readonly record: RefRecord | undefined;
  /** The same as a release that can start here. */
  readonly known: ResolvedRelease | undefined;
}

/** @throws EdgebootError of the registry; RELEASE_INVALID (65) */
export async function askRegistry(
  { appRef, key, record, known }: Asked,
  registry: Registry,
  context: Pick<Context, "host" | "config" | "records" | "report">,
): Promise<Resolved> {
  const { records, host, config } = context;
  const isKnown = known !== undefined;
  const answer = await registry.resolve(appRef.app, key.name, {
    patience: isKnown ? "eager" : "patient",
    ...(isKnown && record?.validator !== undefined ? { validator: record.validator } : {}),
  });
  const checkedAt = host.clock.now();
  // The time only matters to `--refresh=DURATION`; otherwise a warm start writes nothing.
  const keepsTime = config.refresh.kind === "after";
  if (answer.kind === "unchanged") {
    const now: Confirmed = { ...confirmedOf(record!), checkedAt };
    const remember: Confirmation = keepsTime ? { ref: { key, now } } : {};
    return { release: known!, source: "unchanged", remember };
  }
  const { text, validator } = answer;
  // A server without validators sends the document each time; equal text needs no hash.
  const same = record !== undefined && records.release(record.digest) === text;
  const digest = same ? record.digest : await sha256Of(text, context);
  const isNew = record?.digest !== digest;
  const lastGood = isNew ? known : undefined;
  const patience = lastGood === undefined ? "patient" : "brief";
  const release = releaseFrom(appRef, { text, digest, patience, isNew }, context);
  const now: Confirmed = { digest, version: release.version, validator, checkedAt };
  const saysNothing = !isNew && record.validator === validator && !keepsTime;
  return {
    release,
    source: isNew ? "changed" : "unchanged",
    remember: { document: { digest, text }, ...(saysNothing ? {} : { ref: { key, now } }) },
    ...(lastGood === undefined ? {} : { lastGood }),
  };
}

function confirmedOf({ digest, version, validator, checkedAt }: RefRecord): Confirmed {
  return { digest, version, validator, checkedAt };
}

/** Of the UTF-8 bytes. */
export async function sha256Of(
  text: string,
  { host }: Pick<Context, "host">,
): Promise<ReleaseDigest> {
  const hash = await host.codecs.sha256();
  hash.update(new TextEncoder().encode(text));
  return parseReleaseDigest(hash.digestHex());
}
