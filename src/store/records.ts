import type { AppId } from "../model/app_id.ts";
import { type Sha256, tryParseSha256 } from "../model/digest.ts";
import type { Location } from "../model/location.ts";
import type { Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";
import { RootDirectories } from "./root_directories.ts";

/** What a channel or version stood for when its layers were last all in place here. */
export interface RefRecord extends Confirmed {
  /** What it stood for before, newest first, the current release included. */
  readonly history: readonly HistoryEntry[];
  /** The release that is started in its place, whatever the registry says. */
  readonly pinned: Sha256 | undefined;
}

export interface Confirmed {
  readonly digest: Sha256;
  readonly version: string | undefined;
  /** The registry's validator for the release document at that time. */
  readonly validator: string | undefined;
  /** milliseconds since the epoch: when the registry last confirmed it */
  readonly checkedAt: number;
}

export interface HistoryEntry {
  readonly digest: Sha256;
  readonly version: string | undefined;
  /** milliseconds since the epoch: when it first started here after another one */
  readonly at: number;
}

const LONGEST_HISTORY = 20;

/** Pure: the record after the registry has confirmed a release. */
export function confirmed(before: RefRecord | undefined, now: Confirmed): RefRecord {
  const { digest, version, checkedAt } = now;
  const history = before?.history ?? [];
  const isSame = history[0]?.digest === digest;
  return {
    ...now,
    history: isSame
      ? history
      : [{ digest, version, at: checkedAt }, ...history].slice(0, LONGEST_HISTORY),
    pinned: before?.pinned,
  };
}

export interface RefKey {
  readonly registry: Location;
  readonly app: AppId;
  readonly name: string;
}

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
  release(digest: Sha256): string | undefined {
    return this.#read(this.layout.release(digest));
  }

  /** Whether it is there now. A ref must not stand for a release that is not: it could not start offline. */
  saveRelease(digest: Sha256, text: string): boolean {
    // Compared, not only looked for: a copy that a bad disk has changed is replaced.
    if (this.release(digest) === text) return true;
    return this.#attempt(() => this.#write(this.layout.release(digest), text, true));
  }

  ref({ registry, app, name }: RefKey): RefRecord | undefined {
    const json = parseObject(this.#read(this.layout.ref(registry, app, name)));
    const digest = toDigest(json?.digest);
    if (digest === undefined || json?.registry !== registry || json.name !== name) return undefined;
    const checkedAt = typeof json.checkedAt === "number" ? json.checkedAt : 0;
    const version = typeof json.version === "string" ? json.version : undefined;
    return {
      digest,
      version,
      validator: typeof json.validator === "string" ? json.validator : undefined,
      checkedAt,
      history: Array.isArray(json.history)
        ? json.history.flatMap(toHistoryEntry)
        : [{ digest, version, at: checkedAt }],
      pinned: toDigest(json.pinned),
    };
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

  #writeRef({ registry, app, name }: RefKey, record: RefRecord): void {
    const text = JSON.stringify({ registry, app, name, ...record });
    this.#write(this.layout.ref(registry, app, name), text, true);
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

function toDigest(value: unknown): Sha256 | undefined {
  return typeof value === "string" ? tryParseSha256(value) : undefined;
}

function toHistoryEntry(value: unknown): HistoryEntry[] {
  if (typeof value !== "object" || value === null) return [];
  const { digest: text, version, at } = value as Record<string, unknown>;
  const digest = toDigest(text);
  if (digest === undefined || typeof at !== "number") return [];
  return [{ digest, version: typeof version === "string" ? version : undefined, at }];
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
