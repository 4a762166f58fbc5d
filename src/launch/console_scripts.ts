import type { FileSystem } from "../host/ports.ts";
import type { Callable } from "../python/entry_points.ts";
import { isPythonScript, scriptsInMetadata } from "../python/console_scripts.ts";
import { isOwnScript, isStartedScript } from "./environment/scripts.ts";
import type { TreePaths } from "./tree_paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir" | "readText" | "openRead">;

export type ConsoleScript =
  /** A file that Python runs; its own first line may name the machine it was built on. */
  | { readonly kind: "python"; readonly path: string }
  /** Another program that a wheel brought, executed as it is. */
  | { readonly kind: "program"; readonly path: string }
  /** Only metadata says so: wheels that were unzipped rather than installed. */
  | { readonly kind: "callable" } & Callable;

export interface ScriptPlaces {
  readonly trees: readonly TreePaths[];
  /** The virtual environment; undefined where there is none. */
  readonly path: string | undefined;
}

/**
 * In `bin` of the environment, which has all that the layers declare, then in that of each layer. Where there
 * is no environment: first every `bin/`, then every `entry_points.txt`.
 */
export function findConsoleScript(
  name: string,
  { trees, path: environment }: ScriptPlaces,
  fs: Look,
): ConsoleScript | undefined {
  const own = environment === undefined ? undefined : `${environment}/bin/${name}`;
  if (own !== undefined && fs.stat(own)?.kind === "file" && !isStartedScript(own, fs)) {
    const isScript = isOwnScript(own, fs) || isPythonScript(own, fs);
    return { kind: isScript ? "python" : "program", path: own };
  }
  for (const path of trees.flatMap((tree) => tree.bins).map((bin) => `${bin}/${name}`)) {
    if (fs.stat(path)?.kind !== "file") continue;
    return { kind: isPythonScript(path, fs) ? "python" : "program", path };
  }
  if (environment !== undefined) return undefined;
  for (const place of trees.flatMap((tree) => tree.pythonPaths)) {
    for (const [found, callable] of scriptsInMetadata(place, fs)) {
      if (found === name) return { kind: "callable", ...callable };
    }
  }
  return undefined;
}
