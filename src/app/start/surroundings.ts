import type { TreePaths } from "../../launch/tree_paths.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import type { Isolation } from "../../model/release.ts";

/** What an app runs in, whatever program it is. */
export interface Environment {
  /** The interpreter that was chosen; what is executed is the environment's own link to it. */
  readonly python: PythonInfo;
  /** In the order of their layers. */
  readonly trees: readonly TreePaths[];
  /** The virtual environment; undefined where there can be none, and PYTHONPATH has to do. */
  readonly path: string | undefined;
  /** Its name in the cache; undefined where it is in another place. */
  readonly key: string | undefined;
  readonly isolation: Isolation;
  /** Import roots of app layers, absolute, in order. */
  readonly appRoots: readonly string[];
}
