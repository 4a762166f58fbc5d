import type { RegistryCollected } from "../../../app/published/collect.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  bytes,
  count,
  type Described,
  described,
  digest,
  list,
  record,
  text,
  yes,
} from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";

export const COLLECTION = record({
  dry_run: yes,
  versions: described(list(record({ app: text, version: text, digest })), "that are removed"),
  blobs: described(list(record({ digest, bytes })), "that are removed"),
  bytes,
  leftovers: described(count, "files of writes that never ended, which are removed"),
  kept: record({ versions: count, blobs: count }),
});

export const COLLECTED: RecordDeclaration = {
  title: "What was removed from a registry, or with --dry-run would be",
  shape: COLLECTION,
};

/** What was collected, for machines. */
export function collectedRecord(
  collected: RegistryCollected,
  dryRun: boolean,
): Described<typeof COLLECTION> {
  const { versions, blobs, bytes, leftovers, keptVersions, keptBlobs } = collected;
  return {
    dry_run: dryRun,
    versions: versions.map(({ app, version, digest }) => ({
      ...{ app, version, digest: digestText(digest) },
    })),
    blobs: blobs.map(({ digest, bytes }) => ({ digest: digestText(digest), bytes })),
    bytes,
    leftovers: leftovers.length,
    kept: { versions: keptVersions, blobs: keptBlobs },
  };
}
