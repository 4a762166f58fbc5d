import type { FileSystem } from "../host/ports.ts";
import type { Isolation } from "../model/release.ts";
import type { TreePaths } from "./tree_paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir">;

/**
 * Whether a start needs the support directory: for `.pth` files, which directories on PYTHONPATH alone
 * do not get processed, to hide the base image's packages, or to make `sys.prefix` the place of a
 * layer's share/ and etc/. Read anew on every start, at 0.1 ms for
 * a large layer, so that trees of older edgeboots and of images need no record of it.
 */
export function needsSupport(
  trees: readonly TreePaths[],
  isolation: Isolation,
  fs: Look,
): boolean {
  return isolation === "hermetic" ||
    trees.some((tree) =>
      tree.hasData || tree.pythonPaths.some((path) => path !== tree.pyz && hasPth(path, fs))
    );
}

function hasPth(path: string, fs: Look): boolean {
  if (fs.stat(path)?.kind !== "directory") return false;
  return fs.readDir(path).some(({ name }) => name.endsWith(".pth") && !name.startsWith("."));
}
