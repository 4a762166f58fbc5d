import type { LayerDigest } from "../../model/digest.ts";
import type { EnvironmentRecord, MadeRecord } from "./record.ts";
import { linkText, type Places } from "./places.ts";

/** What is at one path of an environment, by its record. */
export type Expected =
  | { readonly kind: "directory"; readonly mode: number }
  | { readonly kind: "file" } & Omit<MadeRecord, "path">
  | { readonly kind: "symlink"; readonly target: string }
  /** Another name of a file of a tree. */
  | { readonly kind: "of-tree"; readonly layer: LayerDigest; readonly path: string };

/** Where bytecode is, Python writes; what is there is no part of what was made. */
export const BYTECODE_NAME = "__pycache__";
const OPEN_MODE = 0o755;
const CLOSED_MODE = 0o555;

/** All that is in an environment, but for its own documents; paths relative to it, "" is the top. */
export function expectedIn(record: EnvironmentRecord, places: Places): Map<string, Expected> {
  const { key, form, folders, links, made } = record;
  const expected = new Map<string, Expected>();
  const top = places.home.environment(key);
  for (const { path, files, bytecode } of folders) {
    const inside = (name: string) => path === "" ? name : `${path}/${name}`;
    const final = path === "" ? top : `${top}/${path}`;
    expected.set(path, { kind: "directory", mode: path === "" ? OPEN_MODE : CLOSED_MODE });
    for (const { layer, directory, names, byPath } of files) {
      const below = directory === "" ? "" : `${directory}/`;
      const text = linkText(final, places.cache.tree(layer), places);
      for (const name of names) {
        expected.set(
          inside(name),
          form === "symbolic" || byPath
            ? { kind: "symlink", target: `${text}/${below}${name}` }
            : { kind: "of-tree", layer, path: `${below}${name}` },
        );
      }
    }
    if (bytecode?.kind === "own") {
      expected.set(inside(BYTECODE_NAME), { kind: "directory", mode: OPEN_MODE });
    } else if (bytecode !== undefined) {
      const { unit: { layer, root }, directory } = bytecode.parts[0]!;
      const target = places.home.bytecodeUnit(layer, root) + (directory && `/${directory}`);
      const link = linkText(final, target, places);
      expected.set(inside(BYTECODE_NAME), { kind: "symlink", target: link });
    }
  }
  for (const { path, target } of links) expected.set(path, { kind: "symlink", target });
  for (const { path, ...file } of made) expected.set(path, { kind: "file", ...file });
  return expected;
}
