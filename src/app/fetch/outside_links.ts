import { shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Layer } from "../../model/release.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { findTreePaths } from "../../launch/tree_paths.ts";
import { findOutsideLinks } from "../../python/editable.ts";
import type { Context } from "../context.ts";

/**
 * Names what layers bring of editable installs, when they come and at the first start: imports would find nothing, or on the
 * machine where the layer was made something else than it holds.
 * @returns whether there is any
 */
export function warnOfOutsideLinks(
  layers: readonly Layer[],
  python: PythonInfo,
  { host: { fs }, store, report }: Pick<Context, "host" | "store" | "report">,
): boolean {
  let found = false;
  for (const layer of layers) {
    for (const { place, depth } of importRoots(layer, python, { fs, store })) {
      for (const { file, leadsTo } of findOutsideLinks(place, depth, fs)) {
        found = true;
        const where = leadsTo === undefined ? "a directory" : leadsTo;
        report.event({
          kind: "warning",
          text:
            `layer ${shortDigest(layer.sha256)}: ${file} leads to ${where} outside of the layer, ` +
            "as an editable install does; what is there is not part of the layer. Build it with " +
            "`pip install .` in place of `pip install -e .`",
        });
      }
    }
  }
  return found;
}

type Looking = {
  readonly fs: Context["host"]["fs"];
  readonly store: Pick<Context["store"], "treePath">;
};

function importRoots(layer: Layer, python: PythonInfo, { fs, store }: Looking) {
  const root = store.treePath(layer.sha256);
  try {
    const { pythonPaths, pyz } = findTreePaths(root, layer, python, fs);
    const places = pyz === undefined ? pythonPaths : [];
    return places.filter((place) => fs.stat(place)?.kind === "directory").map((place) => ({
      place,
      depth: place.slice(root.length).split("/").length - 1,
    }));
  } catch (error) {
    // A layer for another Python is refused where it is started.
    if (error instanceof EdgebootError) return [];
    throw error;
  }
}
