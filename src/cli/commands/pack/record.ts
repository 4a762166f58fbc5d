import type { Packed } from "../../../app/pack/packed.ts";
import { parseRelease } from "../../../model/release.ts";
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

const LAYER = record({
  kind: text,
  name: optional(described(text, "file name of a wheel")),
  digest,
  size: bytes,
  unpacked_size: optional(bytes),
});

export const PACK_RECORD = record({
  app: text,
  version: text,
  release: described(digest, "of the release: what to publish, and what to start"),
  registry: described(text, "the directory that was packed into"),
  entrypoints: list(text),
  variants: list(record({
    tags: text,
    glibc: optional(text),
    system_libs: list(text),
    layers: list(LAYER),
  })),
  checked: list(record({ python: text, path: text, entrypoints: list(text) })),
  projects: described(count, "packages, the app's own among them"),
});

export const PACKED: RecordDeclaration = {
  title: "What was packed",
  shape: PACK_RECORD,
};

/** A pack for machines. */
export function packedRecord(packed: Packed): Described<typeof PACK_RECORD> {
  const { app, version, output, digest, text, checked, facts } = packed;
  const release = parseRelease(text, "the release");
  const projects = facts.flat().flatMap(({ projects }) => projects.map(({ name }) => name));
  return {
    ...{ app, version, release: digestText(digest), registry: output },
    entrypoints: [...release.entryPoints.keys()],
    variants: release.variants.map((variant) => ({
      tags: `${variant.pythonTag}-${variant.abi}-${variant.platform}`,
      ...(variant.glibc === undefined ? {} : { glibc: variant.glibc }),
      system_libs: variant.systemLibs,
      layers: variant.layers.map((layer) => ({
        kind: layer.kind!,
        ...(layer.wheel === undefined ? {} : { name: layer.wheel.file }),
        digest: digestText(layer.sha256),
        size: layer.size!,
        ...(layer.unpackedSize === undefined ? {} : { unpacked_size: layer.unpackedSize }),
      })),
    })),
    checked: checked.map(({ python, path, entryPoints }) => ({
      ...{ python, path, entrypoints: entryPoints },
    })),
    projects: new Set(projects).size,
  };
}
