import type { Elf, ElfAnswer } from "./file.ts";
import type { LoadedObject, Loader } from "./loader.ts";

export type ReadElf = (path: string) => ElfAnswer;

/** What the loader would say while it loads a file and all that it needs. */
export interface LoadReport {
  /** Looked up for `file`; `path` undefined: it would not be found. */
  resolved(file: string, library: string, path: string | undefined): void;
  /** `file` needs a symbol version that the library found at `path` does not define. */
  versionMissing(file: string, library: string, version: string, path: string): void;
}

interface Object extends LoadedObject {
  readonly elf: Elf;
}

/** What a process has loaded, by the names that the loader knows it by. */
export type Loaded = ReadonlyMap<string, string>;

/**
 * Loads `path` on paper, breadth first, into a process that has `already` loaded things: each library once,
 * found as `loader` would for the file that first needs it (elf/dl-load.c, _dl_map_object; dl-deps.c).
 */
export function load(
  path: string,
  elf: Elf,
  by: LoadedObject | undefined,
  already: Loaded,
  loader: Loader,
  read: ReadElf,
  report: LoadReport,
): Loaded {
  const loaded = new Map(already);
  const queue: Object[] = [{ path, elf, by }];
  if (elf.soname !== undefined) loaded.set(elf.soname, path);
  for (const object of queue) {
    for (const name of object.elf.needed) {
      let found = loaded.get(name);
      if (found === undefined) {
        found = loader.find(name, object);
        const answer = found === undefined ? undefined : read(found);
        if (found !== undefined && answer?.kind === "elf") {
          loaded.set(name, found);
          if (answer.soname !== undefined) loaded.set(answer.soname, found);
          queue.push({ path: found, elf: answer, by: object });
        }
      }
      report.resolved(object.path, name, found);
    }
  }
  for (const object of queue) checkVersions(object, loaded, read, report);
  return loaded;
}

/** elf/dl-version.c: a library without any definitions is believed to have them all. */
function checkVersions(
  { path, elf }: Object,
  loaded: Loaded,
  read: ReadElf,
  report: LoadReport,
): void {
  for (const { library, version, weak } of elf.versionNeeds) {
    const found = loaded.get(library);
    const provider = found === undefined || weak ? undefined : read(found);
    if (provider?.kind !== "elf" || provider.versionDefinitions.length === 0) continue;
    if (!provider.versionDefinitions.includes(version)) {
      report.versionMissing(path, library, version, found!);
    }
  }
}

export const NOTHING_LOADED: Loaded = new Map();
const SILENT: LoadReport = { resolved: () => {}, versionMissing: () => {} };

/** The interpreter as the loader sees it, and all that is loaded before any extension module. */
export interface Interpreter {
  readonly object: LoadedObject;
  readonly loaded: Loaded;
}

/** undefined where the file is not an ELF program, such as a script that starts the real one. */
export function interpreterProcess(
  path: string,
  loader: Loader,
  read: ReadElf,
): Interpreter | undefined {
  const elf = read(path);
  if (elf.kind !== "elf") return undefined;
  const loaded = load(path, elf, undefined, NOTHING_LOADED, loader, read, SILENT);
  return { object: { path, elf, by: undefined }, loaded };
}
