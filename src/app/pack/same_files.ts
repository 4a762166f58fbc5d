import { findConflicts } from "../../python/wheel/conflicts.ts";
import type { WheelRecipe } from "../../python/wheel/recipe.ts";
import { environmentPaths } from "../../python/wheel/target.ts";
import { sameFile } from "../../pack/same_file.ts";
import type { PackTarget } from "../../pack/target.ts";
import type { PackContext } from "./context.ts";
import { type LayerTree, recipeInPrefix } from "./wheel_trees.ts";

/**
 * Wheels that are layers of their own come together where the app starts, and one of two files is lost there.
 * @throws EdgebootError PACK_REFUSED (65)
 */
export async function refuseSameFilesOf(
  trees: readonly LayerTree[],
  target: PackTarget,
  context: PackContext,
): Promise<void> {
  const { paths, headers } = environmentPaths(`python${target.python}`);
  const recipes: WheelRecipe[] = [];
  for (const tree of trees) {
    if (tree.layer.wheel === undefined) continue;
    recipes.push(await recipeInPrefix(tree, paths, headers, context));
  }
  refuseSameFiles(recipes);
}

/** @throws EdgebootError PACK_REFUSED (65) */
export function refuseSameFiles(recipes: readonly WheelRecipe[]): void {
  const conflicts = findConflicts(recipes.map(({ name, files }) => ({ name: name.file, files })));
  if (conflicts.length > 0) throw sameFile(conflicts);
}
