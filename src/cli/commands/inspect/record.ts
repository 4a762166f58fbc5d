import type { Inspection } from "../../../app/releases/inspect.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  bytes,
  type Described,
  described,
  digest,
  list,
  optional,
  record,
  text,
  yes,
} from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";

const LAYER = record({
  kind: optional(described(text, "absent where the release leaves it to the layer's bytes")),
  digest,
  size: optional(bytes),
  unpacked_size: optional(bytes),
  cached: yes,
  path: text,
});

export const INSPECTED = record({
  label: text,
  app: optional(text),
  version: optional(text),
  digest: optional(digest),
  pinned: optional(described(yes, "to this release, whatever the registry says")),
  created: optional(text),
  python_needed: optional(text),
  packed: optional(record({
    commit: optional(described(text, "of git")),
    dirty: optional(described(yes, "files differed from that commit")),
    licenses: list(text),
    sbom: optional(record({ digest, size: bytes })),
  })),
  python: optional(record({ path: text, version: text })),
  misfit: optional(described(text, "why no variant fits")),
  entrypoints: list(record({ name: text, starts: text, args: list(text) })),
  variants: list(record({
    tags: text,
    chosen: yes,
    fits: yes,
    why: text,
    system_libs: list(text),
    glibc: optional(described(text, "the oldest that its files load with")),
    layers: list(LAYER),
  })),
  pythonpath: optional(described(list(text), "where all layers of the chosen variant are cached")),
  unknown_fields: list(text),
});

export const INSPECTION: RecordDeclaration = {
  title: "A release, and what would be chosen of it here",
  shape: INSPECTED,
};

/** An inspection for machines. */
export function inspectedRecord(inspection: Inspection): Described<typeof INSPECTED> {
  return {
    ...inspection,
    packed: inspection.packed && {
      ...inspection.packed,
      sbom: inspection.packed.sbom && {
        ...inspection.packed.sbom,
        digest: digestText(inspection.packed.sbom.digest),
      },
    },
    variants: inspection.variants.map((variant) => ({
      ...variant,
      layers: variant.layers.map((layer) => ({ ...layer, digest: digestText(layer.digest) })),
    })),
  };
}
