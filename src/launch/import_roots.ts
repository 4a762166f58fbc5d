import { EdgebootError } from "../model/errors.ts";
import { shortDigest } from "../model/digest.ts";
import type { Layer } from "../model/release.ts";
import type { PythonInfo } from "../model/python_info.ts";
import type { FileKind, FileSystem } from "../host/ports.ts";

type Look = Pick<FileSystem, "stat" | "readDir">;
/** What lies at the top of a directory. */
export type Listing = ReadonlyMap<string, FileKind>;

/** What is asked of an interpreter to know its directories. */
export type Interpreter = Pick<PythonInfo, "version" | "implementation" | "abiFlags">;

/** sysconfig's `posix_venv` scheme: python3.11, python3.13t where it is free-threaded, pypy3.10. */
export function libraryName({ version, implementation, abiFlags }: Interpreter): string {
  const name = implementation === "pypy" ? "pypy" : "python";
  return `${name}${version.major}.${version.minor}${abiFlags.includes("t") ? "t" : ""}`;
}

/** How virtual environments are called that lie in an app's directory. */
export const VENV_NAMES = [".venv", "venv", "env"];
/** What an installation prefix has beside `lib`; as PEP 420 namespaces they would only be noise. */
const PREFIX_NAMES: ReadonlySet<string> = new Set([
  ...VENV_NAMES,
  ...["bin", "lib", "lib64", "include", "share", "etc", "man", "site-packages", "__pycache__"],
]);

/**
 * The import roots of a layer that states none, absolute and in order, by what lies in it:
 *
 *     packages and modules                       the top
 *     site-packages/, lib/python3.N/…, .venv/    these
 *     local/lib/python3.N/dist-packages          this (`pip install --prefix` of Debian's Python)
 *     python/ and no modules beside it           the same below python/ (layers of AWS Lambda)
 *     deps/ with distributions in it, of kind deps   deps/ (the folder that pip installed into was packed)
 *     src/ with packages, of a project           the top, and src/
 *
 * The looks are those of a listing; whatever else could be a root is left for the release to state.
 * @throws EdgebootError VARIANT_UNFIT (78) where it is an environment of another Python version
 */
export function findImportRoots(
  root: string,
  names: Listing,
  layer: Layer,
  python: Interpreter,
  fs: Look,
): string[] {
  if (isLambdaLayer(root, names, fs)) {
    const inner = `${root}/python`;
    const found = findImportRoots(inner, listingOf(inner, fs), layer, python, fs);
    return hasOtherCode(names, "python") ? [...found, root] : found;
  }
  const local = localPrefix(root, names, fs);
  const visible = local === undefined ? names : without(names, DEBIAN_PREFIX);
  const found: string[] = [];
  const packed = layer.kind === "deps" ? installedFolders(root, names, fs) : [];
  if (packed.length > 0) found.push(...packed);
  else if (hasOtherCode(visible)) found.push(root);
  if (isSourceLayout(root, names, fs)) found.push(`${root}/src`);
  if (names.has("site-packages")) found.push(`${root}/site-packages`);
  const prefixes = [
    ...(names.has("lib") ? [root] : []),
    ...(local === undefined ? [] : [local]),
    ...VENV_NAMES.filter((name) => names.has(name)).map((name) => `${root}/${name}`),
  ];
  for (const prefix of prefixes) {
    const own = SITE_NAMES.map((name) => `${prefix}/lib/${libraryName(python)}/${name}`)
      .filter((path) => fs.stat(path)?.kind === "directory");
    if (own.length > 0) found.push(...own);
    else refuseOtherVersion(prefix, layer, python, fs);
  }
  return found.length > 0 ? found : [root];
}

/** What site-packages are called; the second name is Debian's. */
const SITE_NAMES = ["site-packages", "dist-packages"];
const DEBIAN_PREFIX = "local";

/** `local`, where it has what `pip install --prefix` of Debian's and Ubuntu's Python puts there. */
export function localPrefix(root: string, names: Listing, fs: Look): string | undefined {
  const path = `${root}/${DEBIAN_PREFIX}`;
  if (names.get(DEBIAN_PREFIX) !== "directory") return undefined;
  return fs.stat(`${path}/lib`)?.kind === "directory" ? path : undefined;
}

function without(names: Listing, left: string): Listing {
  return new Map([...names].filter(([name]) => name !== left));
}

/** `python/` is where a layer of AWS Lambda has its packages, unless it is a package, or modules lie beside it. */
export function isLambdaLayer(root: string, names: Listing, fs: Look): boolean {
  if (names.get("python") !== "directory" || [...names].some(isModule)) return false;
  const packages = [...names].filter(([, kind]) => kind === "directory");
  return !packages.some(([name]) => fs.stat(`${root}/${name}/__init__.py`) !== undefined);
}

/** Folders at the top that installers have installed into; none where the top is one itself, or has modules. */
function installedFolders(root: string, names: Listing, fs: Look): string[] {
  const folders = [...names].filter(([name, kind]) =>
    kind === "directory" && !PREFIX_NAMES.has(name) && !name.startsWith(".")
  );
  if ([...names].some(isModule) || folders.some(([name]) => DISTRIBUTION.test(name))) return [];
  const paths = folders.map(([name]) => `${root}/${name}`);
  const isInstalled = (path: string) =>
    fs.readDir(path).some(({ name, kind }) => kind === "directory" && DISTRIBUTION.test(name));
  return paths.filter((path) => fs.stat(`${path}/__init__.py`) === undefined && isInstalled(path));
}

/** What installers leave beside the packages of a distribution. */
const DISTRIBUTION = /\.(?:dist|egg)-info$/;

/** What a project has at its top where its packages are in `src/`. */
const PROJECT_FILES = ["pyproject.toml", "setup.py", "setup.cfg"];
/** Modules at the top of a project that are about it, and not of it. */
const TOOLING =
  /^(?:setup|conftest|noxfile|tasks|fabfile|manage|wsgi|asgi|gunicorn[\w.]*conf\w*)\.py$/;

/**
 * A project whose packages are in `src/`, or an archive of nothing but that. Modules directly in it leave open
 * what is meant: they may be `src.main`, and as roots they could hide modules of the standard library.
 */
function isSourceLayout(root: string, names: Listing, fs: Look): boolean {
  if (names.get("src") !== "directory") return false;
  const isProject = PROJECT_FILES.some((name) => names.has(name));
  const modules = [...names].filter(isModule);
  if (modules.some(([name]) => !isProject || !TOOLING.test(name))) return false;
  if (!isProject && hasOtherCode(names, "src")) return false;
  const inner = listingOf(`${root}/src`, fs);
  if (inner.has("__init__.py") || [...inner].some(isModule)) return false;
  return [...inner].some(([name, kind]) =>
    kind === "directory" && fs.stat(`${root}/src/${name}/__init__.py`) !== undefined
  );
}

/** Whether something of it could be imported from here, but for one name. */
function hasOtherCode(names: Listing, but?: string): boolean {
  return [...names].some(([name, kind]) =>
    name !== but &&
    (kind === "directory" ? !PREFIX_NAMES.has(name) : /\.(py|so|pth)$/.test(name))
  );
}

function isModule([name, kind]: readonly [string, FileKind]): boolean {
  return kind !== "directory" && /\.(?:py|so)$/.test(name);
}

function listingOf(path: string, fs: Look): Listing {
  return new Map(fs.readDir(path).map(({ name, kind }) => [name, kind]));
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
