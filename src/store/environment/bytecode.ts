import type { LayerDigest } from "../../model/digest.ts";
import type { BytecodePart, BytecodeUnit, EnvironmentFolder } from "../../model/environment.ts";
import { FsError, type Host } from "../../host/ports.ts";
import type { Linker } from "./linker.ts";
import { linkText, type Making, type Places } from "./places.ts";

type Files = Pick<Host["fs"], "lstat" | "readDir" | "makeDir" | "makeSymlink" | "rename">;

/** Where modules are, and where what they are compiled to is kept, directory for directory. */
export interface BytecodePlace {
  readonly sources: string;
  readonly bytecode: string;
}

const CACHE = "__pycache__";

/**
 * The bytecode of layers, beside their trees, which never change: what an archive brings to begin with, then
 * what `fetch` compiles, and what Python itself writes when it imports. One for all environments of a
 * layer. What is written later has the name of nothing that was verified, and goes with the tree.
 */
export class BytecodeUnits {
  constructor(
    private readonly places: Places,
    private readonly linker: Linker,
    private readonly fs: Files,
  ) {}

  /** Makes what is missing of them, each by one rename; `work` is a path where nothing is yet. */
  ensure(folders: readonly EnvironmentFolder[], work: string): BytecodePlace[] {
    const units = new Map<string, { unit: BytecodeUnit; parts: BytecodePart[] }>();
    for (const { bytecode } of folders) {
      for (const part of bytecode?.parts ?? []) {
        const path = this.#pathOf(part.unit);
        const known = units.get(path);
        if (known === undefined) units.set(path, { unit: part.unit, parts: [part] });
        else known.parts.push(part);
      }
    }
    let number = 0;
    for (const [path, { unit, parts }] of units) {
      if (this.fs.lstat(path) !== undefined) continue;
      const made = `${work}-${number++}`;
      this.#fill({ made, final: path }, unit, parts);
      this.fs.makeDir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      try {
        this.fs.rename(made, path);
      } catch (error) {
        // Another process was faster; what is left is discarded with the work.
        if (!(error instanceof FsError) || this.fs.lstat(path)?.kind !== "directory") throw error;
      }
    }
    return [...units].map(([path, { unit: { layer, root } }]) => ({
      sources: this.places.cache.tree(layer) + (root === "" ? "" : `/${root}`),
      bytecode: path,
    }));
  }

  /** What apps' own modules are compiled to: the environment's module finds it there, and leaves it there. */
  ofApps(layers: readonly LayerDigest[]): BytecodePlace[] {
    const { home, cache } = this.places;
    return layers.map((layer) => {
      const bytecode = home.appBytecode(layer);
      this.fs.makeDir(bytecode, { recursive: true });
      return { sources: cache.tree(layer), bytecode };
    });
  }

  /** Gives a folder of an environment its `__pycache__`. */
  place({ bytecode }: EnvironmentFolder, folder: Making): void {
    if (bytecode === undefined) return;
    const cache = { made: `${folder.made}/${CACHE}`, final: `${folder.final}/${CACHE}` };
    if (bytecode.kind === "shared") {
      const target = this.#folderOf(bytecode.parts[0]!);
      return this.fs.makeSymlink(linkText(folder.final, target, this.places), cache.made);
    }
    this.fs.makeDir(cache.made);
    for (const part of bytecode.parts) {
      // `six.cpython-311.pyc`; another layer's six may be the one that counts.
      const stems = new Set(part.stems);
      const names = this.#filesIn(this.#folderOf(part))
        .filter((name) => stems.has(name.slice(0, name.indexOf("."))));
      this.linker.link(this.#folderOf(part), names, cache);
    }
  }

  #fill({ made, final }: Making, { layer, root }: BytecodeUnit, parts: readonly BytecodePart[]) {
    const { fs } = this;
    fs.makeDir(made);
    const there = new Set([""]);
    const tree = this.places.cache.tree(layer) + (root === "" ? "" : `/${root}`);
    for (const { directory, isCompiled } of parts) {
      for (const parent of [...parentsOf(directory), directory]) {
        if (!there.has(parent)) fs.makeDir(`${made}/${parent}`);
        there.add(parent);
      }
      if (!isCompiled) continue;
      const inside = directory === "" ? "" : `/${directory}`;
      const from = `${tree}${inside}/${CACHE}`;
      this.linker.link(from, this.#filesIn(from), {
        made: made + inside,
        final: final + inside,
      });
    }
  }

  #filesIn(path: string): string[] {
    return this.fs.readDir(path).filter(({ kind }) => kind !== "directory").map(({ name }) => name);
  }

  #pathOf({ layer, root }: BytecodeUnit): string {
    return this.places.home.bytecodeUnit(layer, root);
  }

  #folderOf({ unit, directory }: BytecodePart): string {
    return this.#pathOf(unit) + (directory === "" ? "" : `/${directory}`);
  }
}

function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(0, -1).map((_, depth) => names.slice(0, depth + 1).join("/"));
}
