import type { FileSystem } from "../host/ports.ts";

type Look = Pick<FileSystem, "stat" | "readDir">;

/** Import suffixes of CPython, without the tagged ones, which need the directory to be read. */
const SUFFIXES = [".py", ".so", ".abi3.so", ".pyc"];

/**
 * Whether an import of `module` has something to find along `paths`. Looks only: a package that
 * extends its own `__path__` is found by its parent, a `.pth` file makes the answer "yes", and a
 * module that exists may still fail to import, which Python then says itself.
 */
export function moduleExists(module: string, paths: readonly string[], fs: Look): boolean {
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
    if (packages.length === 0) return depth === 0 && mayBeElsewhere(paths, fs);
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

/** Zip files on the path and `.pth` lines bring modules that no directory shows. */
function mayBeElsewhere(paths: readonly string[], fs: Look): boolean {
  return paths.some((path) => {
    const kind = fs.stat(path)?.kind;
    if (kind === "file") return true;
    return kind === "directory" && fs.readDir(path).some((entry) => entry.name.endsWith(".pth"));
  });
}
