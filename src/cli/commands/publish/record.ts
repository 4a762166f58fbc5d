import type { Published } from "../../../app/publish/publish.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  bytes,
  count,
  type Described,
  described,
  digest,
  instant,
  optional,
  record,
  text,
  yes,
} from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";

/** A channel and what it stands for now. */
export const CHANNEL = record({
  name: text,
  sequence: count,
  moved: described(yes, "false: it stood for that release already"),
  from: optional(described(text, "the version before")),
  published: optional(instant),
});

export const RESULT = record({
  app: text,
  version: text,
  digest,
  registry: described(text, "without credentials"),
  dry_run: yes,
  new: described(yes, "false: the version was there already, the same"),
  channel: optional(CHANNEL),
  sent: record({ layers: count, bytes }),
  skipped: described(count, "layers that were there already"),
  elsewhere: described(count, "layers that stay where their url is"),
});

export const PUBLISHED: RecordDeclaration = {
  title: "A release that was published, or with --dry-run would be",
  shape: RESULT,
};

/** What `publish` has done, for machines. */
export function publishedRecord(
  published: Published,
  registry: string,
  dryRun: boolean,
): Described<typeof RESULT> {
  const { release: { app, version }, digest, isNew, channel, sent, sentBytes } = published;
  return {
    ...{ app, version, digest: digestText(digest), registry, dry_run: dryRun, new: isNew },
    ...(channel === undefined ? {} : { channel: channelRecord(channel) }),
    sent: { layers: sent.length, bytes: sentBytes },
    skipped: published.skipped.length,
    elsewhere: published.elsewhere.length,
  };
}

/** A channel for machines. */
export function channelRecord(
  { document, from, moved }: NonNullable<Published["channel"]>,
): Described<typeof CHANNEL> {
  const { channel: name, sequence, published } = document;
  return { name, sequence, moved, from, published };
}
