import { type EntryPoint, formatEntryPoint } from "../model/entry_point.ts";
import { EdgebootError } from "../model/errors.ts";
import type { FileSystem } from "../host/ports.ts";
import type { PythonInfo } from "../model/python_info.ts";
import { findOutsideLinks } from "../python/editable.ts";
import { findTooHigh } from "./too_high.ts";
import type { TreePaths } from "./tree_paths.ts";

interface Looked {
  readonly trees: readonly TreePaths[];
  readonly python: Pick<PythonInfo, "path">;
}

type Look = Pick<FileSystem, "stat" | "readDir" | "readText">;

/** The refusal of an entry point that is nowhere, with a word on where it is instead. */
export function unknownEntry(
  entry: EntryPoint,
  { trees, python }: Looked,
  fs: Look,
): EdgebootError {
  const looked = trees.flatMap((tree) => tree.pythonPaths);
  const nowhere = `it is in none of the layers (${looked.join(", ")}) and not in ${python.path}`;
  const name = formatEntryPoint(entry);
  const tooHigh = findTooHigh(entry, trees, fs);
  const links = tooHigh === undefined ? outsideLinks(trees, fs) : [];
  return new EdgebootError("ENTRY_POINT_UNKNOWN", {
    what: `the entry point ${name} does not exist`,
    why: tooHigh === undefined
      ? [nowhere, ...links].join("; ")
      : `${nowhere}; ${tooHigh.found} is there: ${
        tooHigh.folder.includes("/")
          ? `is ${tooHigh.folder} where imports begin?`
          : "was the archive made one level too high?"
      }`,
    next: links.length > 0
      ? "build the layer with `pip install .` in place of `pip install -e .`"
      : tooHigh === undefined
      ? "correct --entry or the release; `edgeboot inspect APP` lists entry points and paths"
      : `make the archive of what is in ${tooHigh.folder}, or state that folder: ` +
        `"python_paths": ["${tooHigh.folder}"] of the layer, with --bundle --python-path ` +
        tooHigh.folder,
  }, { facts: { entry: name, ...(tooHigh && { folder: tooHigh.folder }) } });
}

/** What an editable install left: the module may be where that leads to, on another machine. */
function outsideLinks(trees: readonly TreePaths[], fs: Look): string[] {
  const places = trees.flatMap(({ root, pythonPaths, pyz }) =>
    pyz === undefined ? pythonPaths.map((place) => ({ root, place })) : []
  );
  return places.filter(({ place }) => fs.stat(place)?.kind === "directory")
    .flatMap(({ root, place }) =>
      findOutsideLinks(place, place.slice(root.length).split("/").length - 1, fs)
    )
    .map(({ file, leadsTo = "a directory" }) =>
      `${file}, of an editable install, leads to ${leadsTo}, which is no part of the layer`
    );
}
