import type { Releases } from "../../../app/published/releases.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  bytes,
  count,
  type Described,
  described,
  digest,
  instant,
  list,
  oneOf,
  optional,
  record,
  text,
} from "../../json/shape.ts";
import { digestText, instantText } from "../../json/words.ts";

export const RELEASES = record({
  app: text,
  source: described(
    oneOf("index", "listing", "channel"),
    "channel: a server without an index, of which only what stable stands for is known",
  ),
  versions: list(record({
    version: text,
    digest,
    published: optional(instant),
    size: optional(described(bytes, "of its layers, each once; bytes")),
    channels: list(text),
  })),
  channels: list(record({
    channel: text,
    version: text,
    digest,
    sequence: described(count, "0: a person keeps it"),
  })),
});

export const LISTED: RecordDeclaration = {
  title: "Versions and channels of an app in a registry, newest first",
  shape: RELEASES,
};

/** What a registry has of an app, for machines. */
export function releasesRecord(
  { app, versions, channels, source }: Releases,
): Described<typeof RELEASES> {
  return {
    app,
    source,
    versions: versions.map(({ version, release, publishedMs, size, channels }) => ({
      ...{ version, digest: digestText(release), published: instantText(publishedMs) },
      ...{ size, channels },
    })),
    channels: channels.map(({ channel, version, release, sequence }) => ({
      ...{ channel, version, digest: digestText(release), sequence },
    })),
  };
}
