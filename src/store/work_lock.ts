import type { Host, Locks } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";
import { unlessRefused } from "./unless_refused.ts";

type LockHost = Pick<Host, "fs" | "locks">;

export const WORK_LOCK_SUFFIX = ".lock";

/**
 * How a lock file is made that others wait for: flock(2) asks for no more than an open file, so whoever may
 * read one can hold it for ever, and keep starts waiting. Nobody else can open this one.
 */
export const OWN = { create: true, mode: 0o600 } as const;

/**
 * Marks a work directory as somebody's, for as long as its owner lives: an exclusive lock on a file beside
 * it, made before the directory. So a directory whose lock can be had has no owner any more, whatever
 * host or container that was in. Returns what ends it.
 *
 *   owner: make and lock <id>.lock, make <id>/ … remove <id>/, remove <id>.lock, unlock
 *   collector, meanwhile: lock <id>.lock → busy → keeps both
 *   collector, between making and locking: removes <id>.lock; the directory then has none, and is kept
 *   until it is old, as all are where locks do nothing
 */
export function lockWork(path: string, { fs, locks }: LockHost): () => void {
  const lockPath = `${path}${WORK_LOCK_SUFFIX}`;
  const lock = locks.tryLock(lockPath, "exclusive", OWN);
  if (lock === "unsupported") unlessRefused(() => fs.remove(lockPath));
  if (typeof lock === "string") return () => {};
  return () => {
    unlessRefused(() => fs.remove(lockPath));
    lock.release();
  };
}

const NO_LOCKS: Locks = { tryLock: () => "unsupported", holders: () => undefined };

/**
 * The locks, if they keep a second one out; else locks that say so. Some file systems grant every lock to
 * everybody, and a collector that believed them would remove what runs.
 */
export function soundLocks(
  layout: CacheLayout,
  { fs, locks, process }: Pick<Host, "fs" | "locks" | "process">,
): Locks {
  const path = `${layout.work(process.randomId())}${WORK_LOCK_SUFFIX}`;
  const first = locks.tryLock(path, "exclusive", OWN);
  if (first === "unsupported") unlessRefused(() => fs.remove(path));
  if (typeof first === "string") return NO_LOCKS;
  try {
    const second = locks.tryLock(path, "exclusive");
    if (typeof second !== "string") second.release();
    return second === "busy" ? locks : NO_LOCKS;
  } finally {
    unlessRefused(() => fs.remove(path));
    first.release();
  }
}
