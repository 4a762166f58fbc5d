import type { EntryPoint } from "../model/entry_point.ts";
import type { FileSystem } from "../host/ports.ts";
import type { TreePaths } from "./tree_paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir">;

/** An entry point that is there, one directory below where it is looked for. */
export interface TooHigh {
  /** relative to the layer: `shopapp` */
  readonly folder: string;
  /** what of the entry point is in it: `shopapp/shop` */
  readonly found: string;
}

/**
 * Whether an archive was made of a directory instead of what is in it (`tar c shopapp`, GitHub's archives): then
 * everything has one folder in front, and nothing is found. Only for a message: looks one level down.
 */
export function findTooHigh(
  entry: EntryPoint,
  trees: readonly TreePaths[],
  fs: Look,
): TooHigh | undefined {
  const sought = soughtIn(entry);
  for (const { root, pyz } of trees) {
    if (pyz !== undefined || fs.stat(root)?.kind !== "directory") continue;
    for (const { name, kind } of fs.readDir(root)) {
      if (kind !== "directory" || name.startsWith(".")) continue;
      if (!isIn(`${root}/${name}`, sought, fs)) continue;
      return { folder: name, found: `${name}/${sought.name}` };
    }
  }
  return undefined;
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
