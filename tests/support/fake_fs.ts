import {
  type DirEntry,
  type FileStat,
  type FileSystem,
  FsError,
  type ReadText,
} from "../../src/host/ports.ts";

/**
 * A file system to look at: path → text of a file, or `true` for a directory. Parents are implied.
 * `denied` paths, and all below them, answer EACCES.
 */
export interface FakeFiles {
  readonly [path: string]: string | true;
}

export interface FakeStat {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly ino?: number;
  readonly dev?: number;
  readonly mtimeMs?: number;
  /** Mounted so. */
  readonly readOnly?: true;
}

export class FakeFs {
  readonly #files = new Map<string, string | true>([["/", true]]);

  constructor(
    files: FakeFiles,
    private readonly stats: Readonly<Record<string, FakeStat>> = {},
    private readonly denied: readonly string[] = [],
    /** who asks */
    private readonly uid = 1000,
  ) {
    for (const [path, content] of Object.entries(files)) {
      for (let cut = path.indexOf("/", 1); cut > 0; cut = path.indexOf("/", cut + 1)) {
        this.#files.set(path.slice(0, cut), true);
      }
      this.#files.set(path, content);
    }
  }

  stat = (path: string): FileStat | undefined => {
    this.#check("stat", path);
    const content = this.#files.get(path);
    if (content === undefined) return undefined;
    const kind = content === true ? "directory" : "file";
    const size = content === true ? 0 : new TextEncoder().encode(content).length;
    const { readOnly: _, ...stated } = this.stats[path] ?? {};
    return { kind, size, mode: 0o755, mtimeMs: 1, dev: 1, ino: 1, uid: 0, gid: 0, ...stated };
  };

  lstat = this.stat;

  readLink = (path: string): string => {
    throw new FsError("OTHER", "read link", path, "there are no links here");
  };

  readDir = (path: string): DirEntry[] => {
    this.#check("read directory", path);
    if (this.#files.get(path) !== true) throw new FsError("ENOENT", "read directory", path, "fake");
    const names = [...this.#files.keys()].filter((name) =>
      name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes("/")
    );
    return names.map((name) => ({
      name: name.slice(path.length + 1),
      kind: this.#files.get(name) === true ? "directory" : "file",
    }));
  };

  readText = (path: string): string => {
    this.#check("read", path);
    const content = this.#files.get(path);
    if (typeof content !== "string") throw new FsError("ENOENT", "read", path, "fake");
    return content;
  };

  readBytes = (path: string): Uint8Array => new TextEncoder().encode(this.readText(path));

  readOwned = (path: string): ReadText => ({ text: this.readText(path), stat: this.stat(path)! });

  openRead = (path: string): ReturnType<FileSystem["openRead"]> => {
    const bytes = new TextEncoder().encode(this.readText(path));
    let at = 0;
    return {
      read: (into) => {
        if (at >= bytes.length) return null;
        const part = bytes.subarray(at, at + into.length);
        into.set(part);
        at += part.length;
        return part.length;
      },
      seek: (offset) => void (at = offset),
      write: () => {
        throw new Error("read only");
      },
      size: () => bytes.length,
      sync: () => {},
      setModified: () => {},
      close: () => {},
    };
  };

  /** By the mode bits, as the kernel would say to {@link uid}; a group is nobody's here. */
  mayWrite = (path: string): boolean => {
    const stat = this.stat(path);
    if (stat === undefined || this.stats[path]?.readOnly) return false;
    if (this.uid === 0) return true;
    return (stat.mode & (stat.uid === this.uid ? 0o200 : 0o002)) !== 0;
  };

  #check(operation: string, path: string): void {
    if (this.denied.some((closed) => path === closed || path.startsWith(`${closed}/`))) {
      throw new FsError("EACCES", operation, path, "Permission denied");
    }
  }
}
