import type { LayerDigest } from "../../model/digest.ts";
import type { FilesOfTree } from "../../model/environment.ts";
import type { InstalledFile } from "../../python/wheel/recipe.ts";
import { parentOf } from "./paths.ts";

/** A wheel as it is installed, by directory of the environment. */
export interface WheelFolders {
  readonly kind: "wheel";
  readonly layer: LayerDigest;
  /** normalized, PEP 503 */
  readonly project: string;
  /** site-packages, relative to the environment */
  readonly site: string;
  readonly folders: ReadonlyMap<string, WheelFolder>;
}

export interface WheelFolder {
  readonly files: readonly FilesOfTree[];
  readonly folders: readonly string[];
}

/** Those of its files that are the tree's own. */
export function foldersOf(
  files: readonly InstalledFile[],
  layer: LayerDigest,
): Map<string, WheelFolder> {
  const folders = new Map<string, { files: Map<string, string[]>; folders: Set<string> }>();
  const folderAt = (path: string) => {
    let folder = folders.get(path);
    if (folder !== undefined) return folder;
    folder = { files: new Map(), folders: new Set() };
    folders.set(path, folder);
    if (path !== "") folderAt(parentOf(path)).folders.add(path.slice(path.lastIndexOf("/") + 1));
    return folder;
  };
  for (const file of files) {
    if (file.kind !== "tree") continue;
    const { files } = folderAt(parentOf(file.target));
    const directory = parentOf(file.source);
    const name = file.source.slice(directory === "" ? 0 : directory.length + 1);
    files.set(directory, [...files.get(directory) ?? [], name]);
  }
  return new Map(
    [...folders].map(([path, { files, folders }]) => [path, {
      files: [...files].map(([directory, names]) => ({ layer, directory, names })),
      folders: [...folders],
    }]),
  );
}
