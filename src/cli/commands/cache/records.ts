import type { CachedTree, Collected, Quarantined } from "../../../app/cache/cache.ts";
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
  yes,
} from "../../json/shape.ts";
import { digestText, instantText } from "../../json/words.ts";

const TREE = record({
  digest,
  path: text,
  bytes,
  files: count,
  unpacked_at: optional(instant),
  last_used_at: optional(described(instant, "to the hour")),
  hold: described(
    oneOf("free", "in-use", "no-lease", "no-locks"),
    "no-lease, no-locks: nobody can tell whether it is in use",
  ),
  pids: described(list(count), "of those that use it, as far as this PID namespace knows"),
  used_by: described(list(text), "app and version of each cached release that names it"),
});
export const TREES = record({ trees: list(TREE) });

const QUARANTINED_ITEM = record({
  digest: described(digest, "of an environment: its key"),
  kind: oneOf("tree", "release", "environment"),
  path: text,
  bytes,
  quarantined_at: optional(instant),
});
export const QUARANTINE = record({ quarantine: list(QUARANTINED_ITEM) });

const COLLECTED_TREE = {
  digest,
  bytes,
  last_used_at: optional(instant),
  apps: list(text),
};
export const COLLECTION = record({
  dry_run: yes,
  removed: list(record({
    ...COLLECTED_TREE,
    reason: oneOf("superseded", "unnamed", "age", "size"),
  })),
  kept: list(record({
    ...COLLECTED_TREE,
    reason: oneOf(
      ...["in-use", "no-lease", "no-locks", "pinned", "kept", "recent", "within-limits"] as const,
    ),
    pids: list(count),
    needed_by: optional(text),
  })),
  failed: list(record({ ...COLLECTED_TREE, why: text })),
  freed_bytes: bytes,
  kept_bytes: bytes,
  over_bytes: described(bytes, "above the size that was asked for: all of it is kept"),
  documents: described(count, "releases that were dropped with their layers"),
  leftovers: record({ works: count, files: count }),
  quarantine: record({ removed: list(QUARANTINED_ITEM), kept: list(QUARANTINED_ITEM) }),
});

export const PLACE = record({ path: text });

export const LISTED: RecordDeclaration = { title: "The trees in the cache", shape: TREES };
export const QUARANTINED: RecordDeclaration = {
  title: "What `verify` has moved out of the way, the oldest first",
  shape: QUARANTINE,
};
export const COLLECTED: RecordDeclaration = {
  title: "What was removed from the cache, or would be, and what was kept and why",
  shape: COLLECTION,
};
export const PATH: RecordDeclaration = {
  title: "Where the cache, or a tree in it, is",
  shape: PLACE,
};

/** A tree of `cache list` for machines. */
export function treeRecord(tree: CachedTree): Described<typeof TREE> {
  const { path, bytes, files, hold, pids } = tree;
  return {
    ...{ digest: digestText(tree.digest), path, bytes, files },
    unpacked_at: instantText(tree.unpackedAt),
    last_used_at: instantText(tree.lastUsedAt),
    ...{ hold, pids, used_by: tree.usedBy },
  };
}

/** What `cache list --quarantine` lists, for machines. */
export function quarantinedRecord(item: Quarantined): Described<typeof QUARANTINED_ITEM> {
  const { kind, path, bytes } = item;
  const quarantined_at = instantText(item.quarantinedAt);
  return { digest: digestText(item.digest), kind, path, bytes, quarantined_at };
}

/** What `cache gc` has done, for machines. */
export function collectedRecord(collected: Collected): Described<typeof COLLECTION> {
  const tree = (
    { digest, bytes, lastUsedAt, apps }: Pick<
      Collected["failed"][number],
      "digest" | "bytes" | "lastUsedAt" | "apps"
    >,
  ) => ({
    digest: digestText(digest),
    bytes,
    last_used_at: instantText(lastUsedAt),
    apps,
  });
  const { removed, kept, failed, documents, leftovers, quarantine } = collected;
  return {
    dry_run: collected.dryRun,
    removed: removed.map((each) => ({ ...tree(each), reason: each.reason })),
    kept: kept.map((each) => ({
      ...tree(each),
      ...{ reason: each.reason, pids: each.pids, needed_by: each.neededBy },
    })),
    failed: failed.map((each) => ({ ...tree(each), why: each.why })),
    freed_bytes: collected.freedBytes,
    kept_bytes: collected.keptBytes,
    over_bytes: collected.overBytes,
    documents,
    leftovers: { works: leftovers.works, files: leftovers.files },
    quarantine: {
      removed: quarantine.removed.map(quarantinedRecord),
      kept: quarantine.kept.map(quarantinedRecord),
    },
  };
}
