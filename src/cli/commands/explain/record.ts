import type { Explanation } from "../../../app/explain/explanation.ts";
import type { RecordDeclaration } from "../../command.ts";
import { ERROR_TEXTS } from "../../json/error.ts";
import { releaseSource } from "../../json/release_source.ts";
import {
  anyNames,
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
  yes,
} from "../../json/shape.ts";

const RELEASE = record({
  label: text,
  version: optional(text),
  digest,
  source: releaseSource,
  asked: described(yes, "whether the registry was asked for it just now"),
  registry: optional(text),
});

const PYTHON = record({ path: text, version: text, fits: yes, why: text });

const LAYER = record({
  kind: optional(described(text, "absent where the release leaves it to the layer's bytes")),
  digest,
  cached: yes,
  path: described(text, "where its tree is, or will be"),
  size: optional(bytes),
  unpacked_size: optional(bytes),
  url: optional(text),
  partial_bytes: optional(described(bytes, "left by an earlier attempt, to be continued")),
  being_fetched: optional(described(yes, "another edgeboot fetches it at this moment")),
  lease: record({ path: text, state: oneOf("shared", "made", "none") }),
});

const LAUNCH = record({
  how: oneOf("exec", "spawn"),
  executable: text,
  argv: list(text),
  directory: text,
  environment: record({
    set: described(anyNames(text), "values of variables with names of secrets are masked"),
    unset: list(text),
  }),
});

const MEMBERS = {
  command: oneOf("run", "exec", "fetch"),
  settings: list(record({ name: text, value: text, origin: text })),
  cache: record({ path: text, origin: text, exists: yes, writable: yes }),
  release: optional(RELEASE),
  pythons: optional(described(list(PYTHON), "in the order in which they were asked")),
  variant: optional(record({ tags: text, number: count, of: count, why: text })),
  layers: optional(list(LAYER)),
  space: optional(record({
    needed_bytes: bytes,
    free_bytes: optional(bytes),
    collect: optional(record({ trees: count, bytes })),
  })),
  budget: optional(record({ max_bytes: optional(bytes), max_age_seconds: optional(count) })),
  entry_point: optional(text),
  launch: optional(LAUNCH),
  pending: optional(described(text, "what shows only when the layers are unpacked")),
  warnings: list(text),
};

export const EXPLAINED = record(MEMBERS);

export const EXPLANATION: RecordDeclaration = {
  title:
    "What a start would do, in the order in which it would; what it does not come to is absent",
  shape: EXPLAINED,
};

/** Of `fetch --dry-run`, which may be about several apps. */
export const PLANNED = record({
  apps: list(record({ ...MEMBERS, failure: optional(record(ERROR_TEXTS)) })),
});

/** Without the failure, which the envelope tells. */
export function explainedRecord(explanation: Explanation): Described<typeof EXPLAINED> {
  const { failure: _, ...content } = explanation;
  return content;
}
