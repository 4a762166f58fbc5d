import type { FileSystem } from "../host/ports.ts";
import { isPythonScript, scriptsInMetadata } from "../python/console_scripts.ts";
import type { TreePaths } from "./tree_paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir" | "readText" | "openRead">;

export type ConsoleScript =
  /** A file in `bin/` that Python runs; its own first line names the machine it was built on. */
  | { readonly kind: "python"; readonly path: string }
  /** Another program that a wheel brought, executed as it is. */
  | { readonly kind: "program"; readonly path: string }
  /** Only metadata says so: wheels that were unzipped rather than installed. */
  | { readonly kind: "callable"; readonly module: string; readonly attribute: string };

/** Looks through the layers in order: first every `bin/`, then every `entry_points.txt`. */
export function findConsoleScript(
  name: string,
  trees: readonly TreePaths[],
  fs: Look,
): ConsoleScript | undefined {
  for (const path of trees.flatMap((tree) => tree.bins).map((bin) => `${bin}/${name}`)) {
    if (fs.stat(path)?.kind !== "file") continue;
    return { kind: isPythonScript(path, fs) ? "python" : "program", path };
  }
  for (const place of trees.flatMap((tree) => tree.pythonPaths)) {
    const found = inMetadata(name, place, fs);
    if (found !== undefined) return { kind: "callable", ...found };
  }
  return undefined;
}

interface Callable {
  readonly module: string;
  readonly attribute: string;
}

function inMetadata(name: string, place: string, fs: Look): Callable | undefined {
  for (const [found, callable] of scriptsInMetadata(place, fs)) {
    if (found === name) return callable;
  }
  return undefined;
}
