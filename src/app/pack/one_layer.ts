import { fileLocation } from "../../model/location.ts";
import { FsError } from "../../host/ports.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Layer } from "../../model/layer.ts";
import { sha256Hex } from "../../model/sha256.ts";
import { environmentPaths } from "../../python/wheel/target.ts";
import type { WheelRecipe } from "../../python/wheel/recipe.ts";
import type { LockedWheel } from "../../pack/dependencies.ts";
import type { PackTarget } from "../../pack/target.ts";
import { addBlob, blobPath } from "./blobs.ts";
import type { PackContext } from "./context.ts";
import { readKept, writeKept } from "./kept.ts";
import { layerFiles } from "./layer_files.ts";
import { copyFile } from "./files.ts";
import type { PackRequest } from "./request.ts";
import { VERSION } from "../../version.ts";
import { refuseSameFiles } from "./same_files.ts";
import { FIXED_TIME } from "./source_state.ts";
import { layerTrees, recipeInPrefix, wheelLayer } from "./wheel_trees.ts";
import { type LayerFile, writeLayer } from "./write_layer.ts";

/** Changes when the same wheels would become other bytes. */
const LAYER_FORMAT = "1";

/**
 * The wheels of a target, installed into one layer of the form of an installation prefix: `lib/python3.11/
 * site-packages`, `bin`, `share`. The same wheels give the same bytes, so that it is looked up by what it is made
 * of, and built where nobody has before.
 * @throws EdgebootError PACK_REFUSED (65) where two wheels have one file of different content; WHEEL_INVALID (65)
 */
export async function oneLayer(
  wheels: readonly LockedWheel[],
  target: PackTarget,
  request: PackRequest,
  output: string,
  context: PackContext,
): Promise<Layer> {
  const { paths, headers } = environmentPaths(`python${target.python}`);
  const name = `layers/${keyOf(wheels, target)}`;
  const built = readKept<Layer>(`${name}.json`, context);
  if (built !== undefined && await take(built, `${context.keep}/${name}`, output, context)) {
    return built;
  }
  const files: LayerFile[] = [];
  const recipes: WheelRecipe[] = [];
  for (const tree of await layerTrees(wheels.map(whereItIs), request, context)) {
    const recipe = await recipeInPrefix(tree, paths, headers, context);
    recipes.push(recipe);
    files.push(...layerFiles(recipe, tree, context));
  }
  refuseSameFiles(recipes);
  const wish = { kind: "deps", pythonPaths: [paths.purelib], modified: FIXED_TIME } as const;
  const { layer, path } = await writeLayer(unique(files), wish, context);
  await addBlob(path, layer.sha256, output, context);
  keepLayer(name, layer, path, context);
  return layer;
}

function whereItIs(wheel: LockedWheel): Layer {
  return { ...wheelLayer(wheel), url: fileLocation(wheel.path) };
}

/** All that the bytes depend on: what is in it, where it is laid out for, and how. */
function keyOf(wheels: readonly LockedWheel[], { pythonTag, abi, platform }: PackTarget): string {
  const digests = wheels.map(({ file, sha256 }) => `${file}=${sha256}`).sort();
  return sha256Hex(JSON.stringify([LAYER_FORMAT, VERSION, pythonTag, abi, platform, digests]));
}

/** What several wheels have alike, as the empty `__init__.py` of a namespace, is packed once. */
function unique(files: readonly LayerFile[]): LayerFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Whether what was kept is still there, and is what it was. */
async function take(
  { sha256, size }: Layer,
  path: string,
  output: string,
  context: PackContext,
): Promise<boolean> {
  const { fs } = context.host;
  try {
    if (fs.stat(blobPath(output, sha256))?.size !== size && fs.stat(path)?.size !== size) {
      return false;
    }
    await addBlob(path, sha256, output, context);
    return true;
  } catch (error) {
    const isGone = error instanceof FsError && error.errno === "ENOENT";
    const isOther = error instanceof EdgebootError && error.code === "DIGEST_MISMATCH";
    if (isGone || isOther) return false;
    throw error;
  }
}

/** Nothing is lost where it cannot be kept. */
function keepLayer(name: string, layer: Layer, path: string, context: PackContext): void {
  const { fs, process } = context.host;
  const draft = `${context.keep}/.${process.randomId()}`;
  try {
    fs.makeDir(`${context.keep}/layers`, { recursive: true });
    copyFile(path, draft, fs);
    fs.rename(draft, `${context.keep}/${name}`);
    writeKept(`${name}.json`, layer, context);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    fs.removeTree(draft);
  }
}
