import { type EntryPoint, formatEntryPoint } from "../model/entry_point.ts";
import { EdgebootError } from "../model/errors.ts";
import type { FileSystem } from "../host/ports.ts";
import type { PythonInfo } from "../model/python_info.ts";
import { findTooHigh } from "./too_high.ts";
import type { TreePaths } from "./tree_paths.ts";

interface Looked {
  readonly trees: readonly TreePaths[];
  readonly python: Pick<PythonInfo, "path">;
}

/** The refusal of an entry point that is nowhere, with a word on where it is instead. */
export function unknownEntry(
  entry: EntryPoint,
  { trees, python }: Looked,
  fs: Pick<FileSystem, "stat" | "readDir">,
): EdgebootError {
  const looked = trees.flatMap((tree) => tree.pythonPaths);
  const nowhere = `it is in none of the layers (${looked.join(", ")}) and not in ${python.path}`;
  const name = formatEntryPoint(entry);
  const tooHigh = findTooHigh(entry, trees, fs);
  return new EdgebootError("ENTRY_POINT_UNKNOWN", {
    what: `the entry point ${name} does not exist`,
    why: tooHigh === undefined
      ? nowhere
      : `${nowhere}; ${tooHigh.found} is there: was the archive made one level too high?`,
    next: tooHigh === undefined
      ? "correct --entry or the release; `edgeboot inspect APP` lists entry points and paths"
      : `make the archive of what is in ${tooHigh.folder}, or state that folder: ` +
        `"python_paths": ["${tooHigh.folder}"] of the layer, with --bundle --python-path ` +
        tooHigh.folder,
  }, { facts: { entry: name, ...(tooHigh && { folder: tooHigh.folder }) } });
}
