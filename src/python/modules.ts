import type { Look as WholeLook } from "./look.ts";

type Look = Pick<WholeLook, "stat" | "readDir">;

/** Import suffixes of CPython, without the tagged ones, which need the directory to be read. */
const SUFFIXES = [".py", ".so", ".abi3.so", ".pyc"];

/**
 * Whether an import of `module` has something to find along `paths`. Looks only: a package that
 * extends its own `__path__` is found by its parent, a `.pth` file makes the answer "yes", and a
 * module that exists may still fail to import, which Python then says itself.
 *
 * `followed`: those of the paths whose `.pth` files the interpreter had read when it told its path.
 */
export function moduleExists(
  module: string,
  paths: readonly string[],
  fs: Look,
  followed: readonly string[] = [],
): boolean {
  const parts = module.split(".");
  let places = paths;
  for (const [depth, part] of parts.entries()) {
    const isLast = depth === parts.length - 1;
    const packages = places.map((place) => `${place}/${part}`).filter((path) =>
      fs.stat(path)?.kind === "directory"
    );
    if (isLast) {
      if (packages.length > 0 || places.some((place) => isModuleFile(place, part, fs))) return true;
    }
    if (packages.length === 0) return depth === 0 && mayBeElsewhere(paths, fs, followed);
    places = packages;
  }
  return false;
}

function isModuleFile(place: string, name: string, fs: Look): boolean {
  if (SUFFIXES.some((suffix) => fs.stat(`${place}/${name}${suffix}`)?.kind === "file")) return true;
  if (fs.stat(place)?.kind !== "directory") return false;
  // An extension module for one ABI: name.cpython-311-x86_64-linux-gnu.so
  return fs.readDir(place).some((entry) =>
    entry.name.startsWith(`${name}.cpython-`) && entry.name.endsWith(".so")
  );
}

/**
 * Zip files on the path and `.pth` files bring modules that no directory shows. What `.pth` files of
 * the interpreter's own add to the path is among `paths` already; only the import hooks of editable
 * installs are not, and a base image with setuptools has a `.pth` that brings no module at all.
 */
function mayBeElsewhere(
  paths: readonly string[],
  fs: Look,
  followed: readonly string[],
): boolean {
  return paths.some((path) => {
    const kind = fs.stat(path)?.kind;
    if (kind === "file") return true;
    if (kind !== "directory") return false;
    const counts = followed.includes(path) ? /editable.*\.pth$/ : /\.pth$/;
    return fs.readDir(path).some((entry) => counts.test(entry.name));
  });
}
