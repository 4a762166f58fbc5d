import type { Registry } from "../../registry/registry.ts";
import type { Confirmed, RefRecord } from "../../store/mod.ts";
import type { Asked, Asking, Named } from "./asked.ts";
import type { Confirmation } from "./remember.ts";
import { releaseFrom, type Resolved } from "./resolved_release.ts";
import { sha256Of } from "./sha256_of.ts";

/** @throws EdgebootError of the registry; RELEASE_INVALID, CHANNEL_OUTDATED (65) */
export async function askRegistry(
  asked: Asked,
  registry: Registry,
  context: Asking,
): Promise<Resolved> {
  const { appRef, key, record, known } = asked;
  const { host, config } = context;
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
  const { validator } = answer;
  const { text, digest, sequence } = await namedBy(answer.text, asked, registry, context);
  const isNew = record?.digest !== digest;
  const lastGood = isNew ? known : undefined;
  const patience = lastGood === undefined ? "patient" : "brief";
  const release = releaseFrom(appRef, { text, digest, patience, isNew }, context);
  const now: Confirmed = {
    ...{ digest, version: release.version, validator, checkedAt },
    ...(sequence === undefined ? {} : { sequence }),
  };
  const isSame = !isNew && record.validator === validator && record.sequence === sequence;
  return {
    release,
    source: isNew ? "changed" : "unchanged",
    remember: {
      document: { digest, text },
      ...(isSame && !keepsTime ? {} : { ref: { key, now } }),
    },
    ...(lastGood === undefined ? {} : { lastGood }),
  };
}

/** What a person has written is the release itself; a channel document names it. */
async function namedBy(
  text: string,
  asked: Asked,
  registry: Registry,
  context: Asking,
): Promise<Named> {
  const { record } = asked;
  if (text.includes("edgeboot.channel/")) {
    const { followChannel } = await import("./follow_channel.ts");
    const followed = await followChannel(text, asked, registry, context);
    if (followed !== undefined) return followed;
  }
  // A server without validators sends the document each time; equal text needs no hash.
  const same = record !== undefined && context.records.release(record.digest) === text;
  const digest = same ? record.digest : await sha256Of(text, context);
  return { text, digest, sequence: record?.sequence };
}

function confirmedOf({ digest, version, validator, checkedAt, sequence }: RefRecord): Confirmed {
  const seen = sequence === undefined ? {} : { sequence };
  return { digest, version, validator, checkedAt, ...seen };
}
