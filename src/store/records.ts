import type { ReleaseDigest } from "../model/digest.ts";
import type { Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";
import { type Confirmed, confirmed, formatRefRecord, parseRefRecord } from "./ref_record.ts";
import type { RefKey, RefRecord } from "./ref_record.ts";
import { RootDirectories } from "./root_directories.ts";

type RecordsHost = Pick<Host, "fs" | "process">;

/**
 * Small documents beside the trees. They are hints or copies, never truth about a tree: reading
 * tolerates whatever it finds, and a cache that cannot be written is no reason not to start.
 */
export class Records {
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: RecordsHost,
    private readonly roots = new RootDirectories(layout, host),
  ) {}

  /** The text of a release that was verified when it was written. */
  release(digest: ReleaseDigest): string | undefined {
    return this.#read(this.layout.release(digest));
  }

  /** Whether it is there now. A ref must not stand for a release that is not: it could not start offline. */
  saveRelease(digest: ReleaseDigest, text: string): boolean {
    // Compared, not only looked for: a copy that a bad disk has changed is replaced.
    if (this.release(digest) === text) return true;
    return this.#attempt(() => this.#write(this.layout.release(digest), text, true));
  }

  /** What the ref stood for when it last started here. */
  ref({ registry, app, name }: RefKey): RefRecord | undefined {
    const text = this.#read(this.layout.ref(registry, app, name));
    const stored = text === undefined ? undefined : parseRefRecord(text);
    // File names of long texts are cut: the record itself says what it is of.
    const isIt = stored?.registry === registry && stored.app === app && stored.name === name;
    return isIt ? stored : undefined;
  }

  /**
   * Remembers what the registry has just confirmed. The record is read again first: a pin that was set
   * while a fetch was under way stays.
   */
  saveRef(key: RefKey, now: Confirmed): void {
    this.#attempt(() => this.#writeRef(key, confirmed(this.ref(key), now)));
  }

  /**
   * Who asks for a pin wants to know that it is not there.
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL or IO (74)
   */
  async replaceRef(key: RefKey, record: RefRecord): Promise<void> {
    try {
      this.#writeRef(key, record);
    } catch (error) {
      const { cacheFailure } = await import("./failure.ts");
      throw cacheFailure(error, this.layout.root);
    }
  }

  #writeRef(key: RefKey, record: RefRecord): void {
    const path = this.layout.ref(key.registry, key.app, key.name);
    this.#write(path, formatRefRecord(key, record), true);
  }

  /** An interpreter's answer, as JSON, with the file it was given by. */
  python(path: string): string | undefined {
    return this.#read(this.layout.python(path));
  }

  savePython(path: string, text: string): void {
    this.#attempt(() => this.#write(this.layout.python(path), text, false));
  }

  #read(path: string): string | undefined {
    try {
      return this.host.fs.readText(path);
    } catch {
      return undefined;
    }
  }

  /** Written aside and renamed, so that a reader sees the old text or the new one. */
  #write(path: string, text: string, durable: boolean): void {
    const { fs, process } = this.host;
    const aside = `${this.layout.works}/${process.randomId()}.json`;
    const directory = path.slice(0, path.lastIndexOf("/"));
    // As with trees: under another user's umask of 077 nobody else could start from this cache.
    const umask = process.umask(0o022);
    try {
      this.roots.make();
      fs.makeDir(this.layout.works, { recursive: true });
      fs.makeDir(directory, { recursive: true });
      const file = fs.createFile(aside, 0o644);
      try {
        file.write(new TextEncoder().encode(text));
        if (durable) file.sync();
      } finally {
        file.close();
      }
      fs.rename(aside, path);
      if (durable) fs.syncDir(directory);
    } catch (error) {
      this.#removeQuietly(aside);
      throw error;
    } finally {
      process.umask(umask);
    }
  }

  /** A hint less where it fails. The start itself does not depend on it. */
  #attempt(write: () => void): boolean {
    try {
      write();
      return true;
    } catch {
      return false;
    }
  }

  #removeQuietly(path: string): void {
    try {
      this.host.fs.remove(path);
    } catch {
      // It was never made, or renamed already.
    }
  }
}
