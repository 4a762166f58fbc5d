import { type LayerDigest, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { FsError, type Host, type Lock } from "../../host/ports.ts";
import { isSame } from "../lease.ts";
import type { CacheLayout } from "../layout.ts";
import { OWN } from "../work_lock.ts";

type LockHost = Pick<Host, "fs" | "locks" | "clock" | "process">;

export interface Waiting {
  readonly timeoutMs: number;
  /** Called at each look; throws where there is no point in waiting any longer. */
  check(): void;
  /** Told once, after a second: who fetches the layer, since when. */
  onWait(holder: string): void;
}

/**
 * Lets one process do the work and all others wait for its result. The lock only saves double work: where
 * it cannot be had (no locks on this file system, a directory that cannot be written), every process works,
 * and the first rename wins.
 *
 *   A: lock → held, fetch … publish, unlink lock file, unlock
 *   B:      lock → busy … look: the tree is there → done
 *   C:                       (opened the old file) lock → held, but its path is gone → look again → done
 *
 *   A: lock → held, fetch … kill -9 (the kernel unlocks)
 *   B:      lock → busy …            lock → held, fetch
 *
 *   another user: opens the lock file, which he may read, and holds it … for ever
 *   B:      lock → busy, but everybody can open that file → unlink, make one of its own (0600) → held
 *
 * @throws EdgebootError LOCK_TIMEOUT (75)
 */
export async function claimLayer(
  digest: LayerDigest,
  layout: CacheLayout,
  host: LockHost,
  waiting: Watch,
): Promise<Claim | "published"> {
  const lock = await acquire(digest, layout, host, waiting);
  if (lock === "published") return lock;
  return {
    release: () => {
      if (lock !== undefined) drop(layout.lock(digest), lock, host);
    },
  };
}

/** The right to fetch a layer, until it is given back or the process ends. */
export interface Claim {
  release(): void;
}

export interface Watch extends Waiting {
  /** Whether the layer has been published. */
  isThere(): boolean;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
const QUIET_MS = 1000;
/** A file that keeps vanishing under the lock is no place to wait at. */
const MOST_MISSES = 1000;

async function acquire(
  digest: LayerDigest,
  layout: CacheLayout,
  host: LockHost,
  waiting: Watch,
): Promise<Lock | "published" | undefined> {
  const { clock } = host;
  const path = layout.lock(digest);
  const began = clock.monotonic();
  let told = false;
  let misses = 0;
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const lock = attempt(path, layout, host);
    if (isLock(lock)) return underLock(path, lock, host, waiting);
    if (lock === "busy" && waiting.isThere()) return "published";
    if (lock === "none" || (lock === "again" && ++misses > MOST_MISSES)) return undefined;
    const waited = clock.monotonic() - began;
    if (waited >= QUIET_MS && !told) {
      told = true;
      waiting.onWait(holderOf(path, host));
    }
    if (waited >= waiting.timeoutMs && lock === "busy") {
      throw timedOut(digest, path, waiting.timeoutMs, host);
    }
    waiting.check();
    if (lock === "busy") await clock.sleep(Math.min(pause, waiting.timeoutMs - waited));
  }
}

/** Looks once more: the last holder may have published just before it let go. */
function underLock(path: string, lock: Lock, host: LockHost, waiting: Watch): Lock | "published" {
  let keep = false;
  try {
    keep = !waiting.isThere();
    if (keep) lock.write(describeMyself(host));
    return keep ? lock : "published";
  } finally {
    if (!keep) drop(path, lock, host);
  }
}

type Attempt = Lock | "busy" | "again" | "none";

function isLock(attempt: Attempt): attempt is Lock {
  return typeof attempt !== "string";
}

function attempt(path: string, layout: CacheLayout, { fs, locks }: LockHost): Attempt {
  try {
    const lock = locks.tryLock(path, "exclusive", OWN);
    if (lock === "absent") {
      fs.makeDir(layout.locks, { recursive: true });
      return "again";
    }
    if (lock === "busy") return isOwn(path, fs) ? "busy" : replaced(path, fs);
    if (lock === "unsupported") return isHeldByAnother(path, { fs, locks }) ? "busy" : "none";
    const named = fs.lstat(path);
    if (named !== undefined && isSame(named, lock)) return lock;
    lock.release();
    return "again";
  } catch (error) {
    if (error instanceof FsError) return "none";
    throw error;
  }
}

/** Nobody but its owner can have locked it. */
function isOwn(path: string, fs: LockHost["fs"]): boolean {
  const stat = fs.lstat(path);
  return stat === undefined || (stat.mode & 0o077) === 0;
}

/**
 * A lock that every reader could hold says nothing. It is put aside for one that says something: at worst two
 * do the same work, where an older edgeboot held it after all.
 */
function replaced(path: string, fs: LockHost["fs"]): "again" {
  fs.remove(path);
  return "again";
}

/**
 * Another user's lock cannot be opened, but the kernel tells who holds it: whoever may only read the cache
 * waits for what that user fetches.
 */
function isHeldByAnother(path: string, { fs, locks }: Pick<LockHost, "fs" | "locks">): boolean {
  const stat = fs.lstat(path);
  return stat !== undefined && isOwn(path, fs) && (locks.holders(stat) ?? []).length > 0;
}

/** Removed before it is unlocked: who opened it meanwhile finds that its path is gone. */
function drop(path: string, lock: Lock, { fs }: LockHost): void {
  try {
    fs.remove(path);
  } catch {
    // An empty file more; the next holder, or the collector, removes it.
  }
  lock.release();
}

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** ISO 8601 */
  readonly since: string;
}

function describeMyself({ fs, process, clock }: LockHost): string {
  let host = "an unknown host";
  try {
    host = fs.readText("/proc/sys/kernel/hostname").trim();
  } catch {
    // Not Linux, or no /proc.
  }
  const holder: Holder = { host, pid: process.pid, since: new Date(clock.now()).toISOString() };
  return `${JSON.stringify(holder)}\n`;
}

function holderOf(path: string, { fs }: LockHost): string {
  try {
    const holder: Partial<Holder> = JSON.parse(fs.readText(path));
    return `process ${holder.pid} on ${holder.host} has been fetching it since ${holder.since}`;
  } catch {
    return "another process fetches it";
  }
}

function timedOut(
  digest: LayerDigest,
  path: string,
  timeoutMs: number,
  host: LockHost,
): EdgebootError {
  return new EdgebootError("LOCK_TIMEOUT", {
    what: `gave up waiting for layer ${shortDigest(digest)} after ${timeoutMs / 1000} s`,
    why: holderOf(path, host),
    next: "look at that process and end it if it hangs, or wait longer with --lock-timeout",
  }, { facts: { digest, lock: path } });
}
