import type { Elf } from "./file.ts";
import { importability, isModule } from "./names.ts";
import type { LoadReport } from "./process.ts";
import type { OddFile, WalkReport } from "./report.ts";
import { machineName } from "./machines.ts";
import type { PythonInfo } from "../model/python_info.ts";

/** Collects what loading reports, each fact once, however many paths lead to it. */
export class Findings implements LoadReport {
  #passedOver = 0;
  #files: readonly { path: string; elf: Elf }[] = [];
  #isModule = false;
  readonly #seen = new Set<string>();
  /** By `file\0library`; found on any way counts: an inherited DT_RPATH may lead there on one only. */
  readonly #lookups = new Map<string, { found: boolean; decisive: boolean }>();
  readonly #versions = new Map<string, { files: Set<string>; decisive: boolean }>();
  readonly #odd: OddFile[] = [];
  readonly #others: { path: string; elf: Elf }[] = [];
  readonly #byName = new Map<string, string>();

  readonly #canonical = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(
    private readonly python: Pick<PythonInfo, "machine">,
    private readonly realPath: (path: string) => string,
  ) {}

  knowTree(files: readonly { path: string; elf: Elf }[]): void {
    this.#files = files;
    for (const { path, elf } of files) {
      this.#canonical.set(this.realPath(path), path);
      this.#byName.set(nameOf(path), path);
      if (elf.soname !== undefined) this.#byName.set(elf.soname, path);
    }
  }

  /** What is loaded from now on is loaded because of this file. */
  begin(path: string): void {
    this.#isModule = isModule(path);
  }

  hasSeen(path: string): boolean {
    return this.#seen.has(this.#known(path));
  }

  resolved(file: string, library: string, path: string | undefined): void {
    const known = this.#known(file);
    this.#seen.add(known);
    if (path !== undefined) this.#seen.add(this.#known(path));
    const key = `${known}\0${library}`;
    const before = this.#lookups.get(key);
    this.#lookups.set(key, {
      found: before?.found === true || path !== undefined,
      decisive: before?.decisive === true || this.#isModule,
    });
  }

  versionMissing(file: string, library: string, version: string, path: string): void {
    const key = `${version}\0${library}\0${path}`;
    const { files, decisive } = this.#versions.get(key) ?? { files: new Set(), decisive: false };
    files.add(this.#known(file));
    this.#versions.set(key, { files, decisive: decisive || this.#isModule });
  }

  /** Search paths go through `..`, so that one file has many names. */
  #known(path: string): string {
    let known = this.#names.get(path);
    if (known === undefined) {
      const real = this.realPath(path);
      this.#names.set(path, known = this.#canonical.get(real) ?? real);
    }
    return known;
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
    const lacking = [...this.#lookups].filter(([, { found }]) => !found).map(([key, rest]) => {
      const [file, library] = key.split("\0") as [string, string];
      return { file, library, ...rest };
    });
    const missing = [...Map.groupBy(lacking, ({ library }) => library)].map(([library, uses]) => ({
      library,
      files: uses.map(({ file }) => file).sort(),
      decisive: uses.some(({ decisive }) => decisive),
      inTree: this.#byName.get(library),
    }));
    const versions = [...this.#versions].map(([key, { files, decisive }]) => {
      const [version, library, path] = key.split("\0") as [string, string, string];
      return { version, library, path, files: [...files].sort(), decisive };
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
    const isHelper = importability(path) === "maybe";
    const why = `it is for ${machineName(elf.machine, elf.bits)}, this Python is ` +
      this.python.machine;
    return { file: path, why, decisive: isModule(path) && !(isHelper && hasPeer) };
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
