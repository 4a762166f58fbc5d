import type { ReleaseDiff } from "../../../app/diff/diff.ts";
import type { Layer } from "../../../model/release.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  bytes,
  count,
  type Described,
  described,
  digest,
  list,
  optional,
  record,
  text,
} from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";

const SIDE = record({ app: text, version: text, digest });
const LAYER = record({
  digest,
  kind: optional(text),
  name: optional(described(text, "file name of a wheel")),
  size: optional(bytes),
});

export const DIFF_RECORD = record({
  from: SIDE,
  to: SIDE,
  variants: list(record({
    tags: text,
    packages: list(record({
      name: text,
      from: optional(described(text, "absent: it is new")),
      to: optional(described(text, "absent: it is gone; the same as from: built anew")),
    })),
    added: list(LAYER),
    removed: list(LAYER),
    kept: count,
    files: optional(described(
      list(record({ path: text, from: optional(bytes), to: optional(bytes) })),
      "of layers that are no wheels",
    )),
  })),
});

export const DIFFERENCES: RecordDeclaration = {
  title: "What changed between two releases",
  shape: DIFF_RECORD,
};

/** What changed, for machines. */
export function diffRecord({ from, to, variants }: ReleaseDiff): Described<typeof DIFF_RECORD> {
  const side = ({ release: { app, version }, digest }: ReleaseDiff["from"]) => ({
    ...{ app, version, digest: digestText(digest) },
  });
  return {
    ...{ from: side(from), to: side(to) },
    variants: variants.map(({ added, removed, ...variant }) => ({
      ...variant,
      added: added.map(layerRecord),
      removed: removed.map(layerRecord),
    })),
  };
}

function layerRecord({ sha256, kind, wheel, size }: Layer): Described<typeof LAYER> {
  return { digest: digestText(sha256), kind, name: wheel?.file, size };
}
