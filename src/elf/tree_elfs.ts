import type { Elf } from "./file.ts";
import type { ReadElf } from "./process.ts";
import type { LoadedObject } from "./loader.ts";
import type { Look } from "./look.ts";

/** What never is an ELF file, so that thousands of sources need not be opened. */
const OTHER =
  /\.(?:pyc?|pyi|pyx|pxd|h|hpp|c|cpp|f90|txt|md|rst|json|toml|yaml|yml|html|css|js|map)$/i;
const MORE_OTHER =
  /\.(?:ts|svg|png|gif|jpe?g|ttf|csv|po|mo|npy|npz|pem|gz|zip|a|typed|pth)$|^RECORD$/i;

/** A file that begins as ELF files do, read or found broken. */
export interface TreeElf {
  readonly path: string;
  readonly elf: Elf | { readonly kind: "broken"; readonly why: string };
}

/** Every ELF file below a directory in order of names, links not followed. */
export function* treeElfs(
  root: string,
  read: ReadElf,
  look: Pick<Look, "readDir">,
): Generator<TreeElf> {
  for (const { name, kind } of inOrder(look.readDir(root))) {
    const path = `${root}/${name}`;
    if (kind === "directory") yield* treeElfs(path, read, look);
    if (kind !== "file" || OTHER.test(name) || MORE_OTHER.test(name)) continue;
    const elf = read(path);
    if (elf.kind !== "no-elf") yield { path, elf };
  }
}

/**
 * One object for each set of search paths that files of the trees state: as many as there are directories
 * of extension modules, not as there are files.
 */
export function rpathObjects(
  trees: readonly string[],
  by: LoadedObject,
  read: ReadElf,
  look: Pick<Look, "readDir">,
): LoadedObject[] {
  const objects = new Map<string, LoadedObject>();
  for (const root of trees) {
    for (const { path, elf } of treeElfs(root, read, look)) {
      if (elf.kind !== "elf" || (elf.rpath ?? elf.runpath) === undefined) continue;
      const directory = path.slice(0, path.lastIndexOf("/"));
      objects.set(`${directory}\0${elf.rpath}\0${elf.runpath}`, { path, elf, by });
    }
  }
  return [...objects.values()];
}

function inOrder<Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
