import type { FileSystem, OpenFile } from "../../src/host/ports.ts";
import { memoryFile } from "./streams.ts";
import { concat } from "./support.ts";

type Node =
  | { readonly kind: "directory" }
  | { readonly kind: "file"; readonly parts: Uint8Array[] }
  | { readonly kind: "symlink"; readonly target: string };

/**
 * A file system in memory that is stricter than a real one: it fails the test where the extractor
 * touches anything outside of `into`, goes through a symlink, or makes a name twice.
 */
export class SandboxFs {
  readonly nodes = new Map<string, Node>();
  written = 0;

  constructor(private readonly into: string) {
    this.nodes.set(into, { kind: "directory" });
  }

  /** Only what unpacking may use; everything else is missing, so that a use of it fails. */
  asFileSystem(blob: OpenFile): FileSystem {
    return {
      openRead: (path: string) => {
        const node = this.nodes.get(path);
        if (node === undefined) return blob;
        if (node.kind !== "file") escape(`read ${path}`);
        return memoryFile(concat(...node.parts));
      },
      makeDir: (path: string) => this.#add(path, { kind: "directory" }),
      makeSymlink: (target: string, path: string) => this.#add(path, { kind: "symlink", target }),
      makeHardlink: (existing: string, path: string) => {
        if (this.nodes.get(existing)?.kind !== "file") escape(`hard link to ${existing}`);
        this.#add(path, this.nodes.get(existing)!);
      },
      writeNewFile: (path: string, bytes: Uint8Array) => {
        this.#add(path, { kind: "file", parts: [bytes.slice()] });
        this.written += bytes.length;
      },
      createFile: (path: string) => this.#createFile(path),
      chmod: (path: string) => {
        if (this.nodes.get(path)?.kind !== "directory") escape(`chmod ${path}`);
      },
      setModified: (path: string) => {
        if (!this.nodes.has(path.replace(/\/$/, ""))) escape(`set the time of ${path}`);
      },
      remove: (path: string) => {
        if (this.nodes.get(path)?.kind !== "file") escape(`remove ${path}`);
        this.nodes.delete(path);
      },
    } as unknown as FileSystem;
  }

  /** Resolves every symlink as a kernel would; each must stay inside, or lead nowhere. */
  checkLinks(): void {
    for (const [path, node] of this.nodes) {
      if (node.kind === "symlink") this.#resolve(path, { left: 40 });
    }
  }

  #add(path: string, node: Node): void {
    if (!path.startsWith(`${this.into}/`)) escape(path);
    const components = path.slice(this.into.length + 1).split("/");
    for (const component of components) {
      if (["", ".", ".."].includes(component) || component.includes("\0")) escape(path);
    }
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (this.nodes.get(parent)?.kind !== "directory") escape(`${path}: the parent is no directory`);
    if (this.nodes.has(path)) escape(`${path} twice`);
    this.nodes.set(path, node);
  }

  #createFile(path: string): OpenFile {
    const node = { kind: "file" as const, parts: [] as Uint8Array[] };
    this.#add(path, node);
    return {
      write: (bytes: Uint8Array) => {
        node.parts.push(bytes.slice());
        this.written += bytes.length;
      },
      setModified() {},
      close() {},
    } as unknown as OpenFile;
  }

  /** The real path; undefined where it dangles or loops. */
  #resolve(path: string, budget: { left: number }): string | undefined {
    let real = this.into;
    for (const component of path.slice(this.into.length + 1).split("/")) {
      if (component === "" || component === ".") continue;
      if (component === "..") {
        if (real === this.into) escape(`${path} climbs out`);
        real = real.slice(0, real.lastIndexOf("/"));
        continue;
      }
      const next = `${real}/${component}`;
      const node = this.nodes.get(next);
      if (node === undefined || budget.left-- === 0) return undefined;
      if (node.kind === "symlink") {
        if (node.target.startsWith("/")) escape(`${next} -> ${node.target}`);
        const inner = this.#resolve(`${real}/${node.target}`, budget);
        if (inner === undefined) return undefined;
        real = inner;
      } else real = next;
    }
    return real;
  }
}

function escape(what: string): never {
  throw new Error(`sandbox violated: ${what}`);
}
