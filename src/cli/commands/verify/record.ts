import type { Checked } from "../../../app/cache/verify.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  bytes,
  count,
  type Described,
  described,
  digest,
  list,
  oneOf,
  optional,
  record,
  text,
} from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";

const DAMAGE = record({
  path: described(text, 'relative to the tree or the environment; "." is the tree itself'),
  what: oneOf("content", "mode", "type", "link", "missing", "extra", "unreadable"),
  expected: text,
  found: text,
});

const ITEM = record({
  kind: oneOf("tree", "release", "environment"),
  digest: described(digest, "of an environment: its key"),
  path: text,
  state: oneOf("sound", "damaged", "no record", "absent"),
  files: count,
  bytes,
  damage: list(DAMAGE),
  quarantine: optional(record({
    moved: optional(described(text, "where it is now")),
    kept: optional(described(text, "why it was left in its place")),
  })),
});

export const CHECKED = record({ checked: list(ITEM) });

export const VERIFIED: RecordDeclaration = {
  title: "What was compared with what had been verified when it was unpacked",
  shape: CHECKED,
};

/** One tree, release or environment that was compared, for machines. */
export function checkedRecord(checked: Checked): Described<typeof ITEM> {
  const { digest, ...rest } = checked;
  return { digest: digestText(digest), ...rest };
}
