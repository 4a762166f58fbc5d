import { elfReader } from "./read.ts";
import { interpreterProcess } from "./process.ts";
import { packageOf } from "./library_packages.ts";
import { type LoadedObject, Loader, type Machine } from "./loader.ts";
import type { Look } from "./look.ts";
import { rpathObjects } from "./tree_elfs.ts";

export interface LibrarySearch {
  /** The interpreter: DT_RPATH of its own holds for all that it loads (conda, relocatable builds). */
  readonly python?: string | undefined;
  /** LD_LIBRARY_PATH of the app */
  readonly libraryPath?: string | undefined;
  /** Trees that are unpacked already: what their files find by their own rpaths is not missing. */
  readonly trees?: readonly string[];
}

/**
 * Which of `sonames` the loader would not find for a process of this interpreter, in its order
 * (ld.so(8)): DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, ld.so.cache, default directories; musl's order on musl.
 * On other systems nothing is looked up and nothing is missing.
 */
export function missingLibraries(
  sonames: readonly string[],
  machine: Machine,
  { python, libraryPath, trees = [] }: LibrarySearch,
  look: Look,
): string[] {
  if (machine.os !== "linux") return [];
  const loader = new Loader(machine, libraryPath, look);
  const read = elfReader(look);
  const interpreter = python === undefined
    ? undefined
    // $ORIGIN of a program is where it really is (/proc/self/exe), whatever link it was started by.
    : interpreterProcess(look.realPath(python), loader, read);
  const top = interpreter?.object ?? NOBODY;
  const missing = [...new Set(sonames)].filter((soname) =>
    !interpreter?.loaded.has(soname) && loader.find(soname, top) === undefined
  );
  if (missing.length === 0 || trees.length === 0) return missing;
  const objects = rpathObjects(trees, top, read, look);
  return missing.filter((soname) =>
    !objects.some((object) => loader.find(soname, object) !== undefined)
  );
}

/** A program that says nothing of where libraries are. */
const NOBODY: LoadedObject = {
  path: "/",
  elf: { rpath: undefined, runpath: undefined, noDefaultLibraries: false },
  by: undefined,
};

/** `libpq.so.5 (Debian and Ubuntu: apt-get install libpq5)`. */
export function describeMissing(sonames: readonly string[]): string {
  return sonames.map((soname) => {
    const name = packageOf(soname);
    return name === undefined ? soname : `${soname} (Debian, Ubuntu: apt-get install ${name})`;
  }).join(", ");
}
