import type { WheelRecipe } from "../../python/wheel/recipe.ts";
import type { PackContext } from "./context.ts";
import type { LayerTree } from "./wheel_trees.ts";
import type { LayerFile } from "./write_layer.ts";

/** What a wheel puts into a layer, of its tree and of what is made. */
export function layerFiles(
  { files }: WheelRecipe,
  tree: LayerTree,
  { host: { fs } }: PackContext,
): LayerFile[] {
  return files.filter(({ target }) => !/(?:^|\/)__pycache__\//.test(target)).map(
    (file): LayerFile => {
      const path = file.target;
      if (file.kind === "made") {
        return { kind: "made", path, bytes: file.bytes, executable: file.executable };
      }
      const from = `${tree.path}/${file.source}`;
      const executable = ((fs.lstat(from)?.mode ?? 0) & 0o111) !== 0;
      return { kind: "file", path, from, size: file.size, executable };
    },
  );
}
