import type { HistoryRow, Pinned } from "../../../app/releases/history.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  type Described,
  described,
  digest,
  instant,
  list,
  optional,
  record,
  text,
  yes,
} from "../../json/shape.ts";
import { digestText, instantText } from "../../json/words.ts";

const ENTRY = {
  digest,
  version: optional(text),
  at: optional(described(instant, "when it first started here after another one")),
};

export const RELEASES = record({
  label: text,
  releases: list(record({
    ...ENTRY,
    current: described(yes, "what the registry last said"),
    pinned: yes,
    cached: described(yes, "it can start without network"),
  })),
});

export const CHOSEN = record({
  label: text,
  from: optional(record(ENTRY)),
  to: record({ digest, version: optional(text) }),
  cached: described(yes, "false: the next start has to fetch it"),
  skipped: described(list(record(ENTRY)), "releases in between that cannot start without network"),
});

export const RELEASED = record({
  label: text,
  removed: described(yes, "false: it was not pinned"),
});

export const HISTORY: RecordDeclaration = {
  title: "What a channel or version has stood for on this machine, newest first",
  shape: RELEASES,
};
export const PINNED: RecordDeclaration = {
  title: "The release that is started from now on, whatever the registry says",
  shape: CHOSEN,
};
export const ROLLED_BACK: RecordDeclaration = {
  title: "The earlier release that is started from now on",
  shape: CHOSEN,
};
export const UNPINNED: RecordDeclaration = { title: "Whether a pin was removed", shape: RELEASED };

/** A line of `history` for machines. */
export function rowRecord(
  row: HistoryRow,
): Described<typeof RELEASES>["releases"][number] {
  const { current, pinned, cached } = row;
  return { ...entryRecord(row), current, pinned, cached };
}

/** What `pin` or `rollback` has chosen, for machines. */
export function chosenRecord(pinned: Pinned): Described<typeof CHOSEN> {
  const { label, from, to, cached, skipped } = pinned;
  return {
    label,
    from: from && entryRecord(from),
    to: { digest: digestText(to.digest), version: to.version },
    cached,
    skipped: skipped.map(entryRecord),
  };
}

/** A release of the past, for machines. */
export function entryRecord({ digest, version, at }: NonNullable<Pinned["from"]>) {
  return { digest: digestText(digest), version, at: instantText(at) };
}
