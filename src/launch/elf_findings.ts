import type { Elf } from "./elf.ts";
import { importability } from "./elf_names.ts";
import type { LoadReport } from "./elf_process.ts";
import { machineName } from "./machines.ts";
import type { PythonInfo } from "./python_info.ts";

export interface MissingLibrary {
  readonly library: string;
  readonly files: readonly string[];
  /** Where the trees have it although no search path leads there: something may load it before. */
  readonly inTree: string | undefined;
}

export interface MissingVersion {
  /** as `GLIBC_2.38` */
  readonly version: string;
  readonly library: string;
  /** where the library that lacks it was found */
  readonly path: string;
  readonly files: readonly string[];
}

export interface OddFile {
  readonly file: string;
  readonly why: string;
  /** Something that an import would stumble over, and no helper that lies beside what fits. */
  readonly decisive: boolean;
}

export interface WalkReport {
  /** ELF files that this interpreter could load */
  readonly files: number;
  /** Object files, and extension modules for other Pythons: never loaded. */
  readonly passedOver: number;
  readonly missing: readonly MissingLibrary[];
  readonly versions: readonly MissingVersion[];
  readonly odd: readonly OddFile[];
}

/** Collects what loading says, each fact once however many ways lead to it. */
export class Findings implements LoadReport {
  #passedOver = 0;
  #files: readonly { path: string; elf: Elf }[] = [];
  readonly #seen = new Set<string>();
  /** `file\0library` → whether any way found it: an inherited DT_RPATH may lead there on one only. */
  readonly #lookups = new Map<string, boolean>();
  readonly #versions = new Map<string, Set<string>>();
  readonly #odd: OddFile[] = [];
  readonly #others: { path: string; elf: Elf }[] = [];
  readonly #byName = new Map<string, string>();

  constructor(private readonly python: Pick<PythonInfo, "machine">) {}

  knowTree(files: readonly { path: string; elf: Elf }[]): void {
    this.#files = files;
    for (const { path, elf } of files) {
      this.#byName.set(nameOf(path), path);
      if (elf.soname !== undefined) this.#byName.set(elf.soname, path);
    }
  }

  hasSeen(path: string): boolean {
    return this.#seen.has(path);
  }

  resolved(file: string, library: string, path: string | undefined): void {
    this.#seen.add(file);
    if (path !== undefined) this.#seen.add(path);
    const key = `${file}\0${library}`;
    this.#lookups.set(key, this.#lookups.get(key) === true || path !== undefined);
  }

  versionMissing(file: string, library: string, version: string, path: string): void {
    const key = `${version}\0${library}\0${path}`;
    this.#versions.set(key, (this.#versions.get(key) ?? new Set()).add(file));
  }

  passedOver(): void {
    this.#passedOver += 1;
  }

  broken(file: string, why: string): void {
    this.#odd.push({ file, why: `it is no sound ELF file: ${why}`, decisive: true });
  }

  noInterpreter(file: string, interpreter: string): void {
    const why = `its loader ${interpreter} is not on this machine`;
    this.#odd.push({ file, why, decisive: false });
  }

  otherMachine(path: string, elf: Elf): void {
    this.#others.push({ path, elf });
  }

  report(): WalkReport {
    const lacking = [...this.#lookups].filter(([, found]) => !found).map(([key]) =>
      key.split("\0") as [string, string]
    );
    const missing = [...Map.groupBy(lacking, ([, library]) => library)].map(([library, uses]) => ({
      library,
      files: uses.map(([file]) => file).sort(),
      inTree: this.#byName.get(library),
    }));
    const versions = [...this.#versions].map(([key, files]) => {
      const [version, library, path] = key.split("\0") as [string, string, string];
      return { version, library, path, files: [...files].sort() };
    });
    const files = this.#files.length;
    const odd = [...this.#odd, ...this.#others.map((other) => this.#judge(other))];
    return { files, passedOver: this.#passedOver, missing, versions, odd };
  }

  /** Debuggers and drivers bring helpers for several machines in one directory. */
  #judge({ path, elf }: { path: string; elf: Elf }): OddFile {
    const directory = path.slice(0, path.lastIndexOf("/"));
    const hasPeer = this.#files.some((peer) =>
      peer.path.slice(0, peer.path.lastIndexOf("/")) === directory
    );
    const isModule = importability(path) === "module";
    const why = `it is for ${machineName(elf.machine, elf.bits)}, this Python is ` +
      this.python.machine;
    return { file: path, why, decisive: isModule || (path.endsWith(".so") && !hasPeer) };
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
