import type { EntryPoint } from "../model/entry_point.ts";
import type { FileSystem } from "../host/ports.ts";
import type { TreePaths } from "./tree_paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir">;

/** An entry point that is there, in a directory below where it is looked for. */
export interface TooHigh {
  /** relative to the layer: `shopapp`, `shopapp/src` */
  readonly folder: string;
  /** what of the entry point is in it: `shopapp/shop` */
  readonly found: string;
}

/** `shop-1.0/lib/python3.11/site-packages`; and no more directories than a person would look into. */
const DEEPEST = 4;
const MOST_FOLDERS = 300;

/**
 * Whether an archive was made of a directory instead of what is in it (`tar c shopapp`, GitHub's archives), or of a
 * project whose packages are in a folder of their own: then nothing is found. Only for a message: looks into
 * directories, those near the top first, and into no package but at the top.
 */
export function findTooHigh(
  entry: EntryPoint,
  trees: readonly TreePaths[],
  fs: Look,
): TooHigh | undefined {
  const sought = soughtIn(entry);
  for (const { root, pyz } of trees) {
    if (pyz !== undefined || fs.stat(root)?.kind !== "directory") continue;
    let looked = 0;
    for (let folders = foldersIn(root, "", fs), depth = 1; depth <= DEEPEST; depth++) {
      for (const folder of folders) {
        if (isIn(`${root}/${folder}`, sought, fs)) {
          return { folder, found: `${folder}/${sought.name}` };
        }
      }
      looked += folders.length;
      if (looked > MOST_FOLDERS) break;
      const plain = folders.filter((folder) =>
        fs.stat(`${root}/${folder}/__init__.py`) === undefined
      );
      folders = plain.flatMap((folder) => foldersIn(root, folder, fs));
    }
  }
  return undefined;
}

function foldersIn(root: string, folder: string, fs: Look): string[] {
  return fs.readDir(folder === "" ? root : `${root}/${folder}`)
    .filter(({ name, kind }) => kind === "directory" && !name.startsWith("."))
    .map(({ name }) => folder === "" ? name : `${folder}/${name}`).toSorted();
}

interface Sought {
  /** as the message names it */
  readonly name: string;
  /** Relative to an import root; any of them will do. */
  readonly files: readonly string[];
  readonly directory?: string;
}

function soughtIn(entry: EntryPoint): Sought {
  switch (entry.kind) {
    case "module":
    case "callable": {
      const path = entry.module.replaceAll(".", "/");
      return { name: entry.module.split(".", 1)[0]!, files: [`${path}.py`], directory: path };
    }
    case "script":
      return { name: entry.path, files: [entry.path] };
    case "console_script":
      return { name: `bin/${entry.name}`, files: [`bin/${entry.name}`] };
  }
}

function isIn(place: string, { files, directory }: Sought, fs: Look): boolean {
  return files.some((file) => fs.stat(`${place}/${file}`)?.kind === "file") ||
    (directory !== undefined && fs.stat(`${place}/${directory}`)?.kind === "directory");
}
