import type { ReleaseDigest, Sha256 } from "../model/digest.ts";
import { strangerTo } from "../model/ownership.ts";
import { LARGEST_DOCUMENT_BYTES } from "../model/patience.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import { sha256Hex } from "../model/sha256.ts";
import type { Host, ReadText } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";
import { type Confirmed, confirmed, formatRefRecord, refOf } from "./ref_record.ts";
import type { RefKey, RefRecord } from "./ref_record.ts";
import { refuseStranger } from "./ownership.ts";
import { RootDirectories } from "./root_directories.ts";

/** Of one release: entry points, interpreters and search paths that are in use at the same time. */
const MOST_PLANS = 32;
/** Records are small; what is larger is none. */
const MOST_BYTES = 1024 ** 2;
const NOBODY: TrustedUids = new Set();

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

  /**
   * The text of a release that was verified when it was written. That root or this user owns it, and nobody
   * else may write it, vouches for that; where another one does who is believed, it is hashed again.
   * @throws EdgebootError PERMISSION_DENIED (77) where a stranger could have written it
   */
  release(digest: ReleaseDigest): string | undefined {
    const read = this.#readOwned(this.layout.release(digest), LARGEST_DOCUMENT_BYTES);
    if (read === undefined) return undefined;
    const isOurs = strangerTo(read.stat, { ...this.roots.whom, trusted: NOBODY }) === undefined;
    return isOurs || sha256Hex(read.text) === digest ? read.text : undefined;
  }

  /** Whether it is there now. A ref must not stand for a release that is not: it could not start offline. */
  saveRelease(digest: ReleaseDigest, text: string): boolean {
    // Compared, not only looked for: a copy that a bad disk has changed is replaced.
    if (this.release(digest) === text) return true;
    return this.#attempt(() => this.#write(this.layout.release(digest), text, true));
  }

  /** What the ref stood for when it last started here. */
  ref(key: RefKey): RefRecord | undefined {
    return refOf(key, this.#read(this.layout.ref(key.registry, key.app, key.name)));
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

  /** The start plans for a release and the key of what was asked for, as text. */
  plan(release: Sha256, key: string): string | undefined {
    return this.#read(this.layout.plan(release, key));
  }

  /** Keeps start plans for a release and the key of what was asked for; older ones make room. */
  savePlan(release: Sha256, key: string, text: string): void {
    const path = this.layout.plan(release, key);
    this.#attempt(() => {
      if (this.#read(path) === text) return;
      this.#write(path, text, false);
      this.#removeOldest(this.layout.plansOf(release), MOST_PLANS);
    });
  }

  savePython(path: string, text: string): void {
    this.#attempt(() => this.#write(this.layout.python(path), text, false));
  }

  /** Whose key is never asked for again, as PATH was another one, stay until then. */
  #removeOldest(directory: string, most: number): void {
    const { fs } = this.host;
    const files = fs.readDir(directory).map(({ name }) => `${directory}/${name}`);
    if (files.length <= most) return;
    const ages = new Map(files.map((path) => [path, fs.lstat(path)?.mtimeMs ?? 0]));
    files.sort((a, b) => ages.get(a)! - ages.get(b)!);
    files.slice(0, files.length - most).forEach((path) => fs.remove(path));
  }

  #read(path: string): string | undefined {
    return this.#readOwned(path, MOST_BYTES)?.text;
  }

  #readOwned(path: string, most: number): ReadText | undefined {
    let read;
    try {
      read = this.host.fs.readOwned(path, most);
    } catch {
      return undefined;
    }
    refuseStranger(read.stat, path, this.roots.whom);
    return read;
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
