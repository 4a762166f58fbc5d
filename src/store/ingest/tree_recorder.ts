import type { FileSystem, Hasher, OpenFile } from "../../host/ports.ts";
import type { RecordEntry, TreeRecord } from "../tree_record.ts";

/**
 * Notes what is made below `root` while it is made: every file call of unpacking passes through
 * {@link fs}. So the record says what was written, as it came out of the verified archive, and not what a
 * disk gave back afterwards; and the readers of archives need not know of it.
 *
 * Each file's SHA-256 is taken on the main thread with `node:crypto`, the cheapest of what was measured
 * (7,797 files, 136 MB of tar.zst into tmpfs, 2 cores; unpacking alone 390 ms):
 *
 *     node:crypto while writing                 +85 ms   (2.9 µs a file, 1.9 GB/s)
 *     WebCrypto, meant to run beside it        +160 ms   (computes on the calling thread; 11 µs a file)
 *     reading the tree again while it syncs    +165 ms   where there is no disk to wait for
 *     a worker thread                          +200 ms   start, and a copy of each file
 */
export class TreeRecorder {
  readonly fs: FileSystem;
  readonly #entries = new Map<string, RecordEntry>();

  constructor(
    inner: FileSystem,
    private readonly root: string,
    private readonly newHash: () => Hasher,
  ) {
    this.fs = {
      ...inner,
      writeNewFile: (path, bytes, mode, modified) => {
        inner.writeNewFile(path, bytes, mode, modified);
        const hash = newHash();
        hash.update(bytes);
        this.#noteFile(path, mode, bytes.length, hash);
      },
      createFile: (path, mode) => this.#hashing(inner.createFile(path, mode), path, mode),
      makeDir: (path, options) => {
        inner.makeDir(path, options);
        this.#note(path, { kind: "directory", mode: options?.mode ?? 0o755 });
      },
      makeSymlink: (target, path) => {
        inner.makeSymlink(target, path);
        this.#note(path, { kind: "symlink", target });
      },
      makeHardlink: (existing, path) => {
        inner.makeHardlink(existing, path);
        this.#note(path, this.#entryOf(existing));
      },
      chmod: (path, mode) => {
        inner.chmod(path, mode);
        const entry = this.#entryOf(path);
        if (entry.kind !== "symlink") this.#note(path, { ...entry, mode });
      },
      remove: (path) => {
        inner.remove(path);
        this.#entries.delete(this.#relative(path));
      },
    };
  }

  /** Everything that is there now; `rootMode` is the mode that the tree's top will be published with. */
  entries(rootMode: number): TreeRecord {
    return new Map([[".", { kind: "directory", mode: rootMode }], ...this.#entries]);
  }

  #hashing(file: OpenFile, path: string, mode: number): OpenFile {
    const hash = this.newHash();
    let size = 0;
    let noted = false;
    return {
      read: (into) => file.read(into),
      seek: () => {
        throw new Error("a file that is being recorded is written from front to back");
      },
      write: (bytes) => {
        file.write(bytes);
        hash.update(bytes);
        size += bytes.length;
      },
      size: () => file.size(),
      sync: () => file.sync(),
      setModified: (time) => file.setModified(time),
      close: () => {
        file.close();
        if (!noted) this.#noteFile(path, mode, size, hash);
        noted = true;
      },
    };
  }

  #noteFile(path: string, mode: number, size: number, hash: Hasher): void {
    this.#note(path, { kind: "file", mode, size, sha256: hash.digestHex() });
  }

  #note(path: string, entry: RecordEntry): void {
    this.#entries.set(this.#relative(path), entry);
  }

  #entryOf(path: string): RecordEntry {
    const entry = this.#entries.get(this.#relative(path));
    if (entry === undefined) throw new Error(`not made while recording: ${path}`);
    return entry;
  }

  #relative(path: string): string {
    if (!path.startsWith(`${this.root}/`)) throw new Error(`outside of the tree: ${path}`);
    return path.slice(this.root.length + 1);
  }
}
