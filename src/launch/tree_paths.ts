import { EdgebootError } from "../model/errors.ts";
import { shortDigest } from "../model/digest.ts";
import { PYZ_FILE } from "../model/layer_layout.ts";
import type { Layer } from "../model/release.ts";
import type { PythonInfo } from "../model/python_info.ts";
import type { FileKind, FileSystem } from "../host/ports.ts";

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

export type Interpreter = Pick<PythonInfo, "version" | "implementation" | "abiFlags">;

/** sysconfig's `posix_venv` scheme: python3.11, python3.13t where it is free-threaded, pypy3.10. */
function libraryName({ version, implementation, abiFlags }: Interpreter): string {
  const name = implementation === "pypy" ? "pypy" : "python";
  return `${name}${version.major}.${version.minor}${abiFlags.includes("t") ? "t" : ""}`;
}

const VENV_NAMES = [".venv", "venv", "env"];
/** What an installation prefix has beside `lib`; as PEP 420 namespaces they would only be noise. */
const PREFIX_NAMES: ReadonlySet<string> = new Set([
  ...VENV_NAMES,
  ...["bin", "lib", "lib64", "include", "share", "etc", "man", "site-packages", "__pycache__"],
]);

/**
 * Finds a layer's import roots: those it states, else what is there. Looked up on every start: one
 * listing of the top costs less than a record of it would, and than asking for seven names that are
 * mostly absent (a `stat` that fails costs twice one that succeeds).
 * @throws EdgebootError VARIANT_UNFIT (78) where it is an environment of another Python version
 */
export function findTreePaths(
  root: string,
  layer: Layer,
  python: Interpreter,
  fs: Look,
): TreePaths {
  const entries = new Map(fs.readDir(root).map(({ name, kind }) => [name, kind]));
  const kindOf = (name: string) => {
    const kind = entries.get(name);
    return kind === "symlink" ? fs.stat(`${root}/${name}`)?.kind : kind;
  };
  const pyz = `${root}/${PYZ_FILE}`;
  if (kindOf(PYZ_FILE) === "file") {
    return { root, pythonPaths: [pyz], bins: [], pyz, hasMain: false };
  }
  const hasMain = kindOf("__main__.py") === "file";
  const own = kindOf("bin") === "directory" ? [`${root}/bin`] : [];
  const inVenvs = VENV_NAMES.filter((name) => kindOf(name) === "directory")
    .map((name) => `${root}/${name}/bin`)
    .filter((path) => fs.stat(path)?.kind === "directory");
  const bins = [...own, ...inVenvs];
  const hasData = DATA_NAMES.some((name) => kindOf(name) === "directory") ||
    inVenvs.some((bin) => DATA_NAMES.some((name) => fs.stat(`${bin}/../${name}`) !== undefined));
  const pythonPaths = layer.pythonPaths?.map((path) => joinInside(root, path)) ??
    detect(root, entries, layer, python, fs);
  return { root, pythonPaths, bins, pyz: undefined, hasMain, hasData };
}

function detect(
  root: string,
  names: ReadonlyMap<string, FileKind>,
  layer: Layer,
  python: Interpreter,
  fs: Look,
): string[] {
  const found: string[] = [];
  const holdsCode = [...names].some(([name, kind]) =>
    kind === "directory" ? !PREFIX_NAMES.has(name) : /\.(py|so|pth)$/.test(name)
  );
  if (holdsCode) found.push(root);
  if (names.has("site-packages")) found.push(`${root}/site-packages`);
  const prefixes = [...(names.has("lib") ? [root] : []), ...venvs(root, names)];
  for (const prefix of prefixes) {
    const own = `${prefix}/lib/${libraryName(python)}/site-packages`;
    if (fs.stat(own)?.kind === "directory") found.push(own);
    else refuseOtherVersion(prefix, layer, python, fs);
  }
  return found.length > 0 ? found : [root];
}

function venvs(root: string, names: ReadonlyMap<string, FileKind>): string[] {
  return VENV_NAMES.filter((name) => names.has(name)).map((name) => `${root}/${name}`);
}

/** `lib/python3.12` under Python 3.11 would only show as an ImportError later. */
function refuseOtherVersion(
  prefix: string,
  layer: Layer,
  python: Interpreter,
  fs: Look,
): void {
  if (fs.stat(`${prefix}/lib`)?.kind !== "directory") return;
  const others = fs.readDir(`${prefix}/lib`).map((entry) => entry.name)
    .filter((name) => /^(?:python|pypy)3\.\d+t?$/.test(name));
  if (others.length === 0) return;
  throw new EdgebootError("VARIANT_UNFIT", {
    what: `layer ${shortDigest(layer.sha256)} does not fit this Python`,
    why: `it is an environment for ${others.join(", ")}, and this is ` +
      libraryName(python),
    next: `install ${others[0]} or choose it with --python, or build the layer for this version`,
  }, { facts: { digest: layer.sha256 } });
}

/** An absolute path from a relative one of a release; `.` is the tree itself. */
export function joinInside(root: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return [root, ...parts].join("/");
}
