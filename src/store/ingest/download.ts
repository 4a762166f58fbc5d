import type { LayerDigest } from "../../model/digest.ts";
import { FsError, type Host, type Lock } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { OWN } from "../work_lock.ts";

type DownloadHost = Pick<Host, "fs" | "locks" | "process" | "clock">;

/** Where the bytes of a download come from: what decides whether it may be continued. */
export interface DownloadOrigin {
  /** for comparison and messages; without credentials and query */
  readonly url: string;
  /** the ETag or file validator of that time */
  readonly validator: string | undefined;
  /** bytes of the whole, where the other side said */
  readonly total: number | undefined;
}

/** The first `offset` bytes of a blob, from an earlier attempt that did not come to its end. */
export interface PartialBlob extends DownloadOrigin {
  readonly offset: number;
}

/**
 * A blob on its way into the cache, in a directory of its own that outlives a killed process:
 *
 *     v1/partials/<hex>/<id>/blob          the bytes so far; only the holder of the lock writes
 *     v1/partials/<hex>/<id>/origin.json   where they come from, written before the first of them
 *     v1/partials/<hex>/<id>/lock          exclusively locked for as long as somebody writes
 *
 * What is left of an earlier attempt is claimed by whoever gets its lock, and renamed to a name that
 * nobody else has seen:
 *
 *   A: downloads, holds lock … kill -9          B and C: start, look through partials/<hex>
 *   B: lock → held                               C: lock → busy → begins a download of its own
 *   B: rename <a> <b>, append, verify the whole  C: (had listed <a>, locks late) rename → ENOENT → own
 *
 * Where locks do nothing, nobody can tell a dead download from one in progress: none is continued.
 */
export class Download {
  #lock: Lock | undefined;
  #partial: PartialBlob | undefined;
  #open = true;

  private constructor(
    private readonly directory: string,
    private readonly host: DownloadHost,
    claimed: Claimed,
  ) {
    this.#lock = claimed.lock;
    this.#partial = claimed.partial;
  }

  /** @throws FsError where the cache cannot be written */
  static begin(digest: LayerDigest, layout: CacheLayout, host: DownloadHost): Download {
    const parent = layout.partialsOf(digest);
    for (let attempt = 1;; attempt++) {
      const directory = `${parent}/${host.process.randomId()}`;
      try {
        host.fs.makeDir(parent, { recursive: true });
        const claimed = claim(parent, directory, host) ?? make(directory, host);
        if (claimed !== undefined) return new Download(directory, host, claimed);
        if (attempt >= MOST_ATTEMPTS) throw new Error("no directory for a download stays here");
      } catch (error) {
        // Another process has ended in between and taken the empty directory along.
        const gone = error instanceof FsError && error.errno === "ENOENT";
        if (!gone || attempt >= MOST_ATTEMPTS) throw error;
      }
    }
  }

  get path(): string {
    return `${this.directory}/blob`;
  }

  get partial(): PartialBlob | undefined {
    return this.#partial;
  }

  /** To be called before the first byte is written. */
  comesFrom(origin: DownloadOrigin): void {
    const { fs } = this.host;
    const path = `${this.directory}/origin.json`;
    if (fs.lstat(path) !== undefined) fs.remove(path);
    fs.writeNewFile(path, new TextEncoder().encode(JSON.stringify(origin)), 0o600);
  }

  /** Forgets what there is, to start from the first byte. */
  restart(): void {
    this.#partial = undefined;
    if (this.host.fs.lstat(this.path) !== undefined) this.host.fs.remove(this.path);
  }

  /** Leaves the bytes to the next attempt, where one could tell that this one has ended. */
  keep(): void {
    if (this.#lock === undefined || this.host.fs.lstat(this.path) === undefined) {
      return this.discard();
    }
    this.#end(() => {});
  }

  discard(): void {
    this.#end(() => removeQuietly(this.directory, this.host));
  }

  #end(last: () => void): void {
    if (!this.#open) return;
    this.#open = false;
    last();
    this.#lock?.release();
    this.#lock = undefined;
  }
}

const MOST_ATTEMPTS = 10;

interface Claimed {
  /** undefined where locks do nothing */
  readonly lock: Lock | undefined;
  readonly partial: PartialBlob | undefined;
}

/**
 * A new directory, locked; undefined where somebody took it for an abandoned one before it was:
 *
 *   A: make <a>, create lock …                     lock → busy, or had but <a> is gone → another one
 *   B, or a collector:        … lock → held, <a> has no bytes → remove <a>
 */
function make(directory: string, { fs, locks }: DownloadHost): Claimed | undefined {
  fs.makeDir(directory);
  const path = `${directory}/lock`;
  const lock = soundLock(path, locks, OWN);
  if (lock === "unsupported") return { lock: undefined, partial: undefined };
  if (typeof lock === "string") return undefined;
  if (fs.lstat(path) !== undefined) return { lock, partial: undefined };
  lock.release();
  return undefined;
}

/**
 * The lock, if it keeps a second one out. Where every lock is granted to everybody, a download in progress
 * would be taken for one that broke off, and be taken from its owner.
 */
function soundLock(path: string, locks: Host["locks"], options?: typeof OWN) {
  const lock = locks.tryLock(path, "exclusive", options);
  if (typeof lock === "string") return lock;
  const second = locks.tryLock(path, "exclusive");
  if (second === "busy") return lock;
  if (typeof second === "object") second.release();
  lock.release();
  return "unsupported";
}

/** A process that is at work writes more often: no byte for 30 s ends a download. */
const ABANDONED_MS = 24 * 3_600_000;

/** The longest of what nobody writes any more moves to `directory`; the others are removed. */
function claim(parent: string, directory: string, host: DownloadHost): Claimed | undefined {
  const found: { path: string; lock: Lock; partial: PartialBlob }[] = [];
  for (const { name } of host.fs.readDir(parent)) {
    const path = `${parent}/${name}`;
    const lock = soundLock(`${path}/lock`, host.locks);
    if (typeof lock === "object") {
      const partial = readPartial(path, host);
      if (partial !== undefined) found.push({ path, lock, partial });
      else drop(path, lock, host);
    } else if (lock !== "busy" && isAbandoned(path, host)) removeQuietly(path, host);
  }
  found.sort((a, b) => b.partial.offset - a.partial.offset);
  let claimed: Claimed | undefined;
  for (const { path, lock, partial } of found) {
    if (claimed === undefined && moved(path, directory, host)) claimed = { lock, partial };
    else drop(path, lock, host);
  }
  return claimed;
}

function moved(from: string, to: string, { fs }: DownloadHost): boolean {
  try {
    fs.rename(from, to);
    return true;
  } catch {
    // Somebody was faster, or may write here and we may not: a whole download is always possible.
    return false;
  }
}

function drop(path: string, lock: Lock, host: DownloadHost): void {
  removeQuietly(path, host);
  lock.release();
}

function isAbandoned(path: string, { fs, clock }: DownloadHost): boolean {
  const newest = Math.max(fs.lstat(path)?.mtimeMs ?? 0, fs.lstat(`${path}/blob`)?.mtimeMs ?? 0);
  return newest > 0 && clock.now() - newest > ABANDONED_MS;
}

/** What is left in one directory of `partials/<hex>/`. */
export function readPartial(path: string, { fs }: Pick<Host, "fs">): PartialBlob | undefined {
  try {
    const offset = fs.lstat(`${path}/blob`)?.size ?? 0;
    const json: unknown = JSON.parse(fs.readText(`${path}/origin.json`));
    const { url, validator, total } = json as Record<string, unknown>;
    if (offset === 0 || typeof url !== "string") return undefined;
    return {
      offset,
      url,
      validator: typeof validator === "string" ? validator : undefined,
      total: typeof total === "number" ? total : undefined,
    };
  } catch {
    // Not JSON, as a power cut may leave it.
    return undefined;
  }
}

function removeQuietly(path: string, { fs }: DownloadHost): void {
  try {
    fs.removeTree(path);
    // The last one takes the directory of the digest along; while others are at work it is not empty.
    fs.remove(path.slice(0, path.lastIndexOf("/")));
  } catch {
    // What cannot be removed now is old one day, and the collector's.
  }
}
