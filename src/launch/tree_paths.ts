import { PYZ_FILE } from "../model/layer_layout.ts";
import type { Layer } from "../model/release.ts";
import type { FileKind, FileSystem } from "../host/ports.ts";
import {
  findImportRoots,
  type Interpreter,
  isLambdaLayer,
  type Listing,
  localPrefix,
  VENV_NAMES,
} from "./import_roots.ts";

/** One layer as it lies in the cache, and what of it Python and PATH get to see. */
export interface TreePaths {
  readonly root: string;
  /** Absolute, in order. */
  readonly pythonPaths: readonly string[];
  /** Absolute, existing. */
  readonly bins: readonly string[];
  /** The zip application, where the layer is one. */
  readonly pyz: string | undefined;
  readonly hasMain: boolean;
  /** It has share/ or etc/, which packages look for below `sys.prefix`. */
  readonly hasData?: boolean;
}

type Look = Pick<FileSystem, "stat" | "readDir">;

const DATA_NAMES = ["share", "etc"];

/**
 * A layer's import roots, those it states or else what is there, and its programs. Looked up on every start:
 * one listing of the top costs less than a record of it would, and than asking for seven names that
 * are mostly absent (a `stat` that fails costs twice one that succeeds).
 * @throws EdgebootError VARIANT_UNFIT (78) where it is an environment of another Python version
 */
export function findTreePaths(
  root: string,
  layer: Layer,
  python: Interpreter,
  fs: Look,
): TreePaths {
  const entries: Listing = new Map(fs.readDir(root).map(({ name, kind }) => [name, kind]));
  const kindOf = (name: string): FileKind | undefined => {
    const kind = entries.get(name);
    return kind === "symlink" ? fs.stat(`${root}/${name}`)?.kind : kind;
  };
  const pyz = `${root}/${PYZ_FILE}`;
  if (kindOf(PYZ_FILE) === "file") {
    return { root, pythonPaths: [pyz], bins: [], pyz, hasMain: false };
  }
  if (layer.wheel !== undefined) return wheelPaths(root, entries, fs);
  const hasMain = kindOf("__main__.py") === "file";
  const own = kindOf("bin") === "directory" ? [`${root}/bin`] : [];
  // `pip install --target python` leaves its scripts in python/bin.
  const inner = entries.has("python") && isLambdaLayer(root, entries, fs) ? ["python"] : [];
  const local = localPrefix(root, entries, fs);
  const inVenvs = [...VENV_NAMES, ...inner].filter((name) => kindOf(name) === "directory")
    .map((name) => `${root}/${name}`).concat(local ?? [])
    .map((prefix) => `${prefix}/bin`)
    .filter((path) => fs.stat(path)?.kind === "directory");
  const bins = [...own, ...inVenvs];
  const hasData = DATA_NAMES.some((name) => kindOf(name) === "directory") ||
    inVenvs.some((bin) => DATA_NAMES.some((name) => fs.stat(`${bin}/../${name}`) !== undefined));
  const pythonPaths = layer.pythonPaths?.map((path) => joinInside(root, path)) ??
    findImportRoots(root, entries, layer, python, fs);
  return { root, pythonPaths, bins, pyz: undefined, hasMain, hasData };
}

/** Where Python finds a wheel that was not installed: its top and what `.data` has for the same place. */
function wheelPaths(root: string, entries: Listing, fs: Look): TreePaths {
  const data = [...entries.keys()].filter((name) => name.endsWith(".data"));
  const existing = (scheme: string) =>
    data.map((name) => `${root}/${name}/${scheme}`)
      .filter((path) => fs.stat(path)?.kind === "directory");
  return {
    ...{ root, pyz: undefined, hasMain: false, bins: existing("scripts") },
    pythonPaths: [root, ...existing("purelib"), ...existing("platlib")],
  };
}

/** A path that a release states, below a directory: `./a//b` is `a/b`. */
export function joinInside(root: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return [root, ...parts].join("/");
}
