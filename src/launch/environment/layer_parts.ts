import type { FileSystem } from "../../host/ports.ts";
import type { Layer } from "../../model/release.ts";
import type { TreePaths } from "../tree_paths.ts";
import type { WheelRecipe } from "../../python/wheel/recipe.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import type { Mount, Origin } from "./merge.ts";
import { joined } from "./paths.ts";
import { foldersOf } from "./wheel_folders.ts";

type Look = Pick<FileSystem, "stat" | "readDir">;

/** A layer of a variant as it lies in the cache. */
export interface LaidOut {
  readonly layer: Layer;
  readonly paths: TreePaths;
  /** How it is installed, where it is a wheel. */
  readonly wheel?: WheelRecipe;
}

/** What one layer is to an environment. */
export interface LayerParts {
  readonly layer: Layer;
  readonly tree: string;
  /** Import roots that belong into site-packages, relative to the tree; "" is its top. */
  readonly dependencies: readonly string[];
  /** Import roots of an app, which stay where they are. */
  readonly app: readonly string[];
  /** Installation prefixes, with bin/, share/ and the like, relative to the tree. */
  readonly prefixes: readonly string[];
  readonly isWheel: boolean;
  /** Only where an environment is to be made. */
  readonly wheel: WheelRecipe | undefined;
}

/** `lib/python3.12/site-packages` and what it is below; the second name is Debian's. */
const SITE = /(?:^|\/)(?:site|dist)-packages$/;
const IN_PREFIX = /(?:^|\/)lib(?:64)?\/[^/]+\/(?:site|dist)-packages$/;

/** Tells dependencies from what is the app's own. */
export function partsOf({ layer, paths, wheel }: LaidOut): LayerParts {
  const tree = paths.root;
  if (layer.kind === "wheel") {
    return { layer, tree, isWheel: true, wheel, dependencies: [], app: [], prefixes: [] };
  }
  const relative = (path: string) => path.slice(tree.length + 1);
  const roots = paths.pyz === undefined ? paths.pythonPaths.map(relative) : [];
  const isDependency = (root: string) => layer.kind === "deps" || SITE.test(root);
  const dependencies = roots.filter(isDependency);
  const prefixes = [
    ...dependencies.map((root) => IN_PREFIX.test(root) ? root.replace(IN_PREFIX, "") : root),
    ...paths.bins.map((bin) => relative(bin).replace(/\/?bin$/, "")),
    "",
  ];
  return {
    ...{ layer, tree, dependencies, app: roots.filter((root) => !isDependency(root)) },
    ...{ prefixes: [...new Set(prefixes)], isWheel: false, wheel: undefined },
  };
}

/** What packages and users look for below `sys.prefix`. */
const DATA_NAMES = ["share", "etc", "include", "man"];
/** What else an installation prefix has; no import ever means it, unless it is a package. */
const PREFIX_NAMES = [...DATA_NAMES, "bin", "lib", "lib64", ".venv", "venv", "env"];

/** Of all layers, in order; the data of apps, too, as theirs is looked for in the same place. */
export function originsOf(
  parts: readonly LayerParts[],
  sitePackages: string,
  fs: Look,
): Origin[] {
  return parts.flatMap(({ layer, tree, dependencies, prefixes, wheel }): Origin[] => {
    const { sha256 } = layer;
    if (wheel !== undefined) {
      const project = normalizeName(wheel.name.distribution);
      const folders = foldersOf(wheel.files, sha256);
      return [{ kind: "wheel", layer: sha256, project, site: sitePackages, folders }];
    }
    const base = { kind: "mount", layer: sha256, tree } as const;
    const packages = dependencies.map((from): Mount => ({
      ...{ ...base, from, to: sitePackages, importable: true },
      without: prefixes.includes(from) ? namesOfPrefix(joined(tree, from), fs) : new Set(),
    }));
    const data = prefixes.flatMap((prefix) => {
      const there = new Set(fs.readDir(joined(tree, prefix)).map(({ name }) => name));
      return DATA_NAMES.filter((name) => there.has(name)).map((name) => joined(prefix, name))
        .filter((path) => fs.stat(joined(tree, path))?.kind === "directory")
        .map((from): Mount => ({
          ...{ ...base, from, importable: false, without: new Set() },
          to: from.slice(from.lastIndexOf("/") + 1),
        }));
    });
    return [...packages, ...data];
  });
}

function namesOfPrefix(path: string, fs: Look): Set<string> {
  const there = new Set(fs.readDir(path).map(({ name }) => name));
  return new Set(
    PREFIX_NAMES.filter((name) =>
      there.has(name) && fs.stat(`${path}/${name}/__init__.py`) === undefined
    ),
  );
}
