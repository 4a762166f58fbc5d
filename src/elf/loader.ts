import type { Elf } from "./file.ts";
import { cachedPaths, defaultDirectories } from "./library_places.ts";
import type { Look as WholeLook } from "./look.ts";
import { ARCHITECTURES, isFor } from "./machines.ts";
import type { PythonInfo } from "../model/python_info.ts";

export type Machine = Pick<PythonInfo, "libc" | "machine" | "os">;
type Look = Pick<WholeLook, "kindOf" | "readBytes" | "open">;

/** A file in a process, and the file that asked for it; nothing asks for a program. */
export interface LoadedObject {
  readonly path: string;
  readonly elf: Pick<Elf, "rpath" | "runpath" | "noDefaultLibraries">;
  readonly by: LoadedObject | undefined;
}

/**
 * Where the loader of this machine would find a library: ld.so(8) and glibc's elf/dl-load.c, or musl's
 * ldso/dynlink.c. Left out are glibc-hwcaps directories (they only hold faster copies of what is beside
 * them) and LD_PRELOAD.
 */
export class Loader {
  readonly #cache: ReadonlyMap<string, readonly string[]>;
  readonly #defaults: readonly string[];
  readonly #fits = new Map<string, boolean>();

  constructor(
    private readonly machine: Machine,
    private readonly libraryPath: string | undefined,
    private readonly look: Look,
  ) {
    this.#cache = machine.libc?.kind === "glibc" ? cachedPaths(machine, look) : new Map();
    this.#defaults = defaultDirectories(machine, look);
  }

  /** The first file for this machine; what is for another one is passed over, as the loader does. */
  find(name: string, by: LoadedObject): string | undefined {
    for (const path of this.#candidates(name, by)) {
      if (this.#isLibrary(path)) return path;
    }
    return undefined;
  }

  *#candidates(name: string, by: LoadedObject): Generator<string> {
    if (name.includes("/")) return yield* this.#expand(name, by.path);
    const inDirectories = (places: Iterable<string>) =>
      [...places].map((place) => `${place}/${name}`);
    const stated = this.#split(this.libraryPath, by.path, /[:;]/);
    if (this.machine.libc?.kind === "musl") {
      yield* inDirectories(stated);
      for (let each: LoadedObject | undefined = by; each !== undefined; each = each.by) {
        yield* inDirectories(this.#split(each.elf.runpath ?? each.elf.rpath, each.path));
      }
      return yield* inDirectories(this.#defaults);
    }
    // An object with DT_RUNPATH neither uses DT_RPATH, its own or inherited, nor passes it on.
    if (by.elf.runpath === undefined) {
      for (let each: LoadedObject | undefined = by; each !== undefined; each = each.by) {
        if (each.elf.runpath !== undefined) continue;
        yield* inDirectories(this.#split(each.elf.rpath, each.path));
      }
    }
    yield* inDirectories(stated);
    yield* inDirectories(this.#split(by.elf.runpath, by.path));
    const cached = this.#cache.get(name) ?? [];
    if (!by.elf.noDefaultLibraries) yield* [...cached, ...inDirectories(this.#defaults)];
    else yield* cached.filter((path) => !this.#defaults.includes(parentOf(path)));
  }

  #split(paths: string | undefined, origin: string, separator: string | RegExp = ":"): string[] {
    return (paths ?? "").split(separator).flatMap((path) => [...this.#expand(path, origin)]);
  }

  /**
   * $ORIGIN, $LIB and $PLATFORM, with or without braces. What is then no absolute path depends on the
   * working directory of the app, and finds nothing here.
   */
  *#expand(path: string, origin: string): Generator<string> {
    const triple = ARCHITECTURES[this.machine.machine]?.triple;
    const libs = [...(triple === undefined ? [] : [`lib/${triple}`]), "lib64", "lib"];
    for (const lib of /\$\{?LIB\b/.test(path) ? libs : [""]) {
      const values: Record<string, string> = {
        ...{ ORIGIN: parentOf(origin), LIB: lib, PLATFORM: this.machine.machine },
      };
      const expanded = path.replace(
        /\$(?:(ORIGIN|LIB|PLATFORM)\b|\{(ORIGIN|LIB|PLATFORM)\})/g,
        (_, bare, braced) => values[bare ?? braced]!,
      );
      if (expanded.startsWith("/")) yield expanded.replace(/(.)\/+$/, "$1");
    }
  }

  #isLibrary(path: string): boolean {
    let fits = this.#fits.get(path);
    if (fits === undefined) this.#fits.set(path, fits = isLibrary(path, this.machine, this.look));
    return fits;
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** By its first bytes: the loader passes over files of another architecture or word size. */
function isLibrary(path: string, { machine }: Machine, look: Look): boolean {
  if (look.kindOf(path) !== "file") return false;
  const file = look.open(path);
  if (file === undefined) return false;
  try {
    if (file.size < HEAD_BYTES) return false;
    const head = file.read(0, HEAD_BYTES);
    const isElf = head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
    const elf = head[5] === 1 ? head[18]! + head[19]! * 256 : head[18]! * 256 + head[19]!;
    return isElf && isFor(machine, { machine: elf, bits: head[4]! * 32 });
  } finally {
    file.close();
  }
}

/** e_ident, e_type and e_machine. */
const HEAD_BYTES = 20;
