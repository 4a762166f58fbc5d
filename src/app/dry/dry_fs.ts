import {
  type DirEntry,
  type Errno,
  type FileStat,
  type FileSystem,
  FsError,
  type OpenFile,
  type ReadText,
} from "../../host/ports.ts";
import { DryFile } from "./dry_file.ts";

type Node =
  | { readonly kind: "directory"; readonly mode: number }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "file"; readonly mode: number; bytes: Uint8Array };

/**
 * The real file system for whoever looks; what is made, renamed or removed is only remembered. So the
 * steps of a start can be gone through as they are, with nothing written: what they would have made is
 * there for the steps after them. Where the user may not write, they are refused as they would be.
 *
 * Names are taken as they are: what lies behind symbolic links of its own making is not followed.
 */
export class DryFs implements FileSystem {
  /** `undefined`: removed. */
  readonly #nodes = new Map<string, Node | undefined>();

  /** @param uid who owns what is made */
  constructor(private readonly real: FileSystem, private readonly uid: number) {}

  lstat(path: string): FileStat | undefined {
    if (!this.#isImagined(path)) return this.real.lstat(path);
    const node = this.#nodes.get(path);
    return node && statOf(node, this.uid);
  }

  stat(path: string): FileStat | undefined {
    return this.#isImagined(path) ? this.lstat(path) : this.real.stat(path);
  }

  readBytes(path: string, most?: number): Uint8Array {
    if (!this.#isImagined(path)) return this.real.readBytes(path, most);
    const node = this.#nodes.get(path);
    if (node?.kind === "file") return node.bytes;
    throw refusal("ENOENT", "read", path);
  }

  readText(path: string, most?: number): string {
    return this.readOwned(path, most).text;
  }

  readOwned(path: string, most?: number): ReadText {
    if (!this.#isImagined(path)) return this.real.readOwned(path, most);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.readBytes(path));
    return { text, stat: this.lstat(path)! };
  }

  readDir(path: string): DirEntry[] {
    const imagined = this.#isImagined(path);
    if (imagined && this.#nodes.get(path)?.kind !== "directory") {
      throw refusal("ENOENT", "read directory", path);
    }
    const entries = new Map<string, DirEntry>();
    for (const entry of imagined ? [] : this.real.readDir(path)) entries.set(entry.name, entry);
    for (const [child, node] of this.#nodes) {
      const name = child.slice(path.length + 1);
      if (parentOf(child) !== path) continue;
      if (node === undefined) entries.delete(name);
      else entries.set(name, { name, kind: node.kind });
    }
    return [...entries.values()];
  }

  readLink(path: string): string {
    const node = this.#nodes.get(path);
    return node?.kind === "symlink" ? node.target : this.real.readLink(path);
  }

  realPath(path: string): string {
    return this.#isImagined(path) ? path : this.real.realPath(path);
  }

  openRead(path: string): OpenFile {
    return this.#isImagined(path) ? new DryFile(this.readBytes(path)) : this.real.openRead(path);
  }

  readPieces(path: string, expected: number): AsyncIterable<Uint8Array> {
    return this.real.readPieces(path, expected);
  }

  openAppend(path: string): OpenFile {
    return this.#open(path, new Uint8Array(this.readBytes(path)), this.stat(path)!.mode);
  }

  createFile(path: string, mode: number): OpenFile {
    this.#checkNew("create", path);
    return this.#open(path, new Uint8Array(0), mode);
  }

  writeNewFile(path: string, bytes: Uint8Array, mode: number): void {
    this.#checkNew("create", path);
    this.#nodes.set(path, { kind: "file", mode, bytes: bytes.slice() });
  }

  makeDir(path: string, { recursive = false, mode = 0o755 } = {}): void {
    if (recursive && this.stat(path)?.kind === "directory") return;
    if (recursive && this.stat(parentOf(path)) === undefined) {
      this.makeDir(parentOf(path), { recursive, mode });
    }
    this.#checkNew("create directory", path);
    this.#nodes.set(path, { kind: "directory", mode });
  }

  makeSymlink(target: string, path: string): void {
    this.#checkNew("link", path);
    this.#nodes.set(path, { kind: "symlink", target });
  }

  makeHardlink(existing: string, path: string): void {
    this.writeNewFile(path, this.readBytes(existing), this.stat(existing)?.mode ?? 0o644);
  }

  chmod(path: string, mode: number): void {
    const node = this.#nodes.get(path);
    if (node !== undefined && node.kind !== "symlink") this.#nodes.set(path, { ...node, mode });
  }

  rename(from: string, to: string): void {
    if (!this.#nodes.has(from)) throw refusal("EACCES", "rename", to);
    this.#checkParent("rename", to);
    const isTaken = this.lstat(to)?.kind === "directory" && this.readDir(to).length > 0;
    if (isTaken) throw refusal("ENOTEMPTY", "rename", to);
    for (const [path, node] of [...this.#nodes]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#nodes.delete(path);
      this.#nodes.set(to + path.slice(from.length), node);
    }
  }

  remove(path: string): void {
    if (this.lstat(path) === undefined) throw refusal("ENOENT", "remove", path);
    this.#checkParent("remove", path);
    this.#nodes.set(path, undefined);
  }

  removeTree(path: string): void {
    if (this.lstat(path) === undefined) return;
    this.#checkParent("remove", path);
    for (const child of [...this.#nodes.keys()]) {
      if (child.startsWith(`${path}/`)) this.#nodes.delete(child);
    }
    this.#nodes.set(path, undefined);
  }

  setModified(): void {}

  touch(): void {}

  syncDir(): void {}

  syncFileSystem(): Promise<void> {
    return Promise.resolve();
  }

  /** Of the first directory above that is there. */
  freeBytes(path: string): number | undefined {
    return this.real.freeBytes(this.#isImagined(path) ? this.#realParent(path) : path);
  }

  freeInodes(path: string): number | undefined {
    return this.real.freeInodes(this.#isImagined(path) ? this.#realParent(path) : path);
  }

  copiesOnLink(path: string): boolean {
    return this.real.copiesOnLink(this.#isImagined(path) ? this.#realParent(path) : path);
  }

  mayWrite(path: string): boolean {
    return this.#isImagined(path) ? this.#nodes.get(path) !== undefined : this.real.mayWrite(path);
  }

  #open(path: string, bytes: Uint8Array, mode: number): OpenFile {
    const node = { kind: "file" as const, mode, bytes };
    this.#nodes.set(path, node);
    return new DryFile(bytes, (written) => void (node.bytes = written));
  }

  /** Itself, or below what was imagined or removed. */
  #isImagined(path: string): boolean {
    for (let at = path; at.length > 1; at = parentOf(at)) {
      if (this.#nodes.has(at)) return true;
    }
    return false;
  }

  #realParent(path: string): string {
    let at = path;
    while (this.#isImagined(at)) at = parentOf(at);
    return at;
  }

  #checkNew(operation: string, path: string): void {
    if (this.lstat(path) !== undefined) throw refusal("EEXIST", operation, path);
    this.#checkParent(operation, path);
  }

  #checkParent(operation: string, path: string): void {
    const parent = parentOf(path);
    const kind = this.stat(parent)?.kind;
    if (kind === undefined) throw refusal("ENOENT", operation, path);
    if (kind !== "directory") throw refusal("ENOTDIR", operation, path);
    if (!this.mayWrite(parent)) throw refusal("EACCES", operation, path);
  }
}

function statOf(node: Node, uid: number): FileStat {
  const mode = node.kind === "symlink" ? 0o777 : node.mode;
  const size = node.kind === "file" ? node.bytes.length : 0;
  return { kind: node.kind, size, mode, mtimeMs: 0, dev: 0, ino: 0, uid, gid: uid };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function refusal(errno: Errno, operation: string, path: string): FsError {
  return new FsError(errno, operation, path, REASONS[errno] ?? errno);
}

const REASONS: Readonly<Partial<Record<Errno, string>>> = {
  EACCES: "permission denied",
  EEXIST: "it exists",
  ENOTEMPTY: "the directory is not empty",
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
};
