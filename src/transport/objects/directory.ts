import { FsError, type Host } from "../../host/ports.ts";
import { localPath, type Location } from "../../model/location.ts";
import { type Kept, type Listed, type Objects, outgoingText } from "../../model/objects.ts";
import type { Contents, Outgoing, Stored } from "../../model/objects.ts";
import { LARGEST_DOCUMENT_BYTES } from "../../model/patience.ts";
import { lockFile } from "./directory_lock.ts";
import { directoryFailure } from "./failure.ts";
import { readable } from "./readable.ts";

type DirectoryHost = Pick<Host, "fs" | "locks" | "clock" | "process">;

/** Of the registry against collectors, and of an app's directory against other writers. */
const LOCK = ".lock";
/** What is being written; no reader looks for it, and the collector removes what was left. */
export const ASIDE = ".upload-";

/**
 * A directory. What is written lies aside, complete and synced, before it gets its name by one link(2), which
 * fails where the name is taken, or one rename(2):
 *
 *   A: read 1, lock, read 1 = what was read, rename 2, unlock
 *   B: read 1, lock → busy …                                   read 2 ≠ what was read: false, and begins anew
 *
 *   A: lock … kill -9 (the kernel unlocks; a file aside is left)
 */
export class DirectoryObjects implements Objects {
  readonly isAtomic = true;
  readonly contents: Contents;
  readonly #root: string;

  constructor(
    readonly location: Location,
    private readonly host: DirectoryHost,
    private readonly lockTimeoutMs: number,
  ) {
    this.#root = localPath(location)!;
    this.contents = {
      list: (prefix) => this.#list(prefix),
      remove: (key) => this.#attempt(() => this.#remove(this.#path(key))),
    };
  }

  async read(key: string): Promise<Stored | undefined> {
    return await this.#attempt(() => {
      const text = this.#text(this.#path(key));
      return text === undefined ? undefined : { text, etag: undefined };
    });
  }

  async keep(key: string): Promise<Kept | undefined> {
    return await this.#attempt(() => {
      const path = this.#path(key);
      const stat = this.host.fs.stat(path);
      if (stat === undefined) return undefined;
      try {
        this.host.fs.touch(path);
      } catch {
        // Another user's file: the lock keeps collectors out for as long as this takes.
      }
      return { size: stat.size };
    });
  }

  async put(key: string, content: Outgoing): Promise<void> {
    await this.#attempt(async () => {
      const path = this.#path(key);
      await this.#withAside(path, content, (aside) => this.host.fs.rename(aside, path));
    });
  }

  async create(key: string, text: string): Promise<boolean> {
    return await this.#attempt(() => {
      const path = this.#path(key);
      return this.#withAside(path, outgoingText(text), (aside) => this.#link(aside, path));
    });
  }

  async replace(key: string, text: string, was: Stored): Promise<boolean> {
    return await this.#attempt(() => {
      const path = this.#path(key);
      return this.#withAside(path, outgoingText(text), (aside) =>
        this.#locked(path, () => {
          if (this.#text(path) !== was.text) return false;
          this.host.fs.rename(aside, path);
          return true;
        }));
    });
  }

  /** There is nothing to find out. */
  learn(): Promise<void> {
    return Promise.resolve();
  }

  async hold(who: "writer" | "collector"): Promise<Disposable> {
    return await this.#attempt(async () => {
      this.#makeDirectory(this.#root);
      const mode = who === "writer" ? "shared" : "exclusive";
      const lock = await lockFile(`${this.#root}/${LOCK}`, mode, this.host, this.lockTimeoutMs);
      return { [Symbol.dispose]: () => lock?.release() };
    });
  }

  #path(key: string): string {
    return `${this.#root}/${key}`;
  }

  #text(path: string): string | undefined {
    const { fs } = this.host;
    return fs.stat(path) === undefined ? undefined : fs.readText(path, LARGEST_DOCUMENT_BYTES);
  }

  /** False where the name is taken. */
  async #link(aside: string, path: string): Promise<boolean> {
    const { fs } = this.host;
    try {
      fs.makeHardlink(aside, path);
      return true;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.errno === "EEXIST") return false;
      if (error.errno === "ENOSPC" || error.errno === "EIO") throw error;
    }
    // A file system without hard links: the lock makes one step of two.
    return await this.#locked(path, () => {
      if (fs.lstat(path) !== undefined) return false;
      fs.rename(aside, path);
      return true;
    });
  }

  async #locked<T>(path: string, act: () => T): Promise<T> {
    const place = `${directoryOf(path)}/${LOCK}`;
    const lock = await lockFile(place, "exclusive", this.host, this.lockTimeoutMs);
    try {
      return act();
    } finally {
      lock?.release();
    }
  }

  /** Writes the content beside its place, complete and synced, and lets `publish` give it its name. */
  async #withAside<T>(
    path: string,
    content: Outgoing,
    publish: (aside: string) => T | Promise<T>,
  ): Promise<T> {
    const { fs, process } = this.host;
    const directory = directoryOf(path);
    this.#makeDirectory(this.#root);
    this.#makeDirectory(directory);
    const aside = `${directory}/${ASIDE}${process.randomId()}`;
    try {
      const file = readable(process, () => fs.createFile(aside, 0o666));
      try {
        for await (const chunk of content.chunks()) file.write(chunk);
        file.sync();
      } finally {
        file.close();
      }
      const published = await publish(aside);
      fs.syncDir(directory);
      return published;
    } finally {
      this.#removeQuietly(aside);
    }
  }

  /** Below the root, with all that is missing; the root itself only where what it lies in is there. */
  #makeDirectory(path: string): void {
    const { fs, process } = this.host;
    if (fs.stat(path) !== undefined) return;
    const parent = directoryOf(path);
    if (path !== this.#root) this.#makeDirectory(parent);
    try {
      readable(process, () => fs.makeDir(path, { mode: 0o777 }));
      fs.syncDir(parent);
    } catch (error) {
      if (!(error instanceof FsError && error.errno === "EEXIST")) throw error;
    }
  }

  async *#list(prefix: string): AsyncGenerator<Listed> {
    const { fs } = this.host;
    const below = prefix.slice(0, -1);
    const names = await this.#attempt(() =>
      fs.stat(this.#path(below)) === undefined ? [] : fs.readDir(this.#path(below))
    );
    for (const { name, kind } of names) {
      const key = `${prefix}${name}`;
      if (kind === "directory") yield* this.#list(`${key}/`);
      const stat = kind === "file"
        ? await this.#attempt(() => fs.lstat(this.#path(key)))
        : undefined;
      if (stat !== undefined && name !== LOCK) {
        yield { key, size: stat.size, modifiedMs: stat.mtimeMs };
      }
    }
  }

  #remove(path: string): void {
    const { fs } = this.host;
    if (fs.lstat(path) !== undefined) fs.remove(path);
  }

  #removeQuietly(path: string): void {
    try {
      this.#remove(path);
    } catch {
      // Renamed, or left for the collector.
    }
  }

  async #attempt<T>(act: () => T | Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw directoryFailure(error, this.#root);
    }
  }
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
