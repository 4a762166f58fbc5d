import { type FileStat, FsError, type Lock, type StartHost } from "../host/ports.ts";
import { type Believer, strangerTo } from "../model/ownership.ts";

type LeaseHost = Pick<StartHost, "fs" | "locks" | "clock">;

export interface LeaseOptions {
  /** Make the lease file where there is none: only on the way to write to the cache anyway. */
  readonly create: boolean;
  /** Who takes it; a lease that a stranger holds exclusively is not waited for. */
  readonly whom?: Believer;
  /** What may still be waited in all, shared by the leases of one start. */
  readonly patience?: Patience;
}

export interface Patience {
  leftMs: number;
}

/**
 * The collector holds its lock for two renames. One that was stopped in between is waited for, about two
 * seconds for all leases together; then the app starts without, as it would where locks do nothing.
 */
export const PATIENCE_MS = 2000;

/**
 * A shared lock on the lease file of an environment, or of a tree that is used without one. The running app
 * keeps it, through a descriptor inherited across exec and a mapping that Python makes at once (see
 * src/launch/environment/site_module.ts); the collector needs the exclusive one and never waits for it, so
 * it never removes what runs. A cache without working locks, or one made by an image, has no leases: nothing is held then,
 * and the collector, which cannot lock either, removes nothing.
 *
 *   starter                     collector
 *   lock lease shared
 *   tree is there → start       lock lease exclusive → busy → keeps the tree
 *
 *   starter                     collector
 *                               lock lease exclusive, move tree away, unlink lease
 *   lock lease shared (old file)
 *   lease path names another file, or none → try again → tree is gone → fetch
 *
 * Who fetches a layer takes its lease before (`create`), so that a tree has a lease, and a holder, from
 * the moment it appears.
 *
 * The lease of an environment protects its trees, too: who takes a tree away looks for environments that
 * are made of it, after he has the tree's lock and before he moves anything. Who makes an environment holds
 * the leases of its trees until he has the environment's.
 *
 *   starter: environment is there        collector
 *   lock its lease shared → start        lock tree's lease exclusive
 *                                        environment of the tree: lock exclusive → busy → keeps both
 *
 *   starter: makes the environment       collector
 *   lock trees' leases shared            lock tree's lease exclusive → busy → keeps the tree
 *   make, publish, lock its lease
 *   release the trees' leases            lock tree's → held; environment of the tree: busy → keeps both
 */
export async function takeLease(
  path: string,
  host: LeaseHost,
  { create, whom, patience = { leftMs: PATIENCE_MS } }: LeaseOptions = { create: false },
): Promise<Lock | undefined> {
  const { locks, clock } = host;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const lock = locks.tryLock(path, "shared", { create });
    if (lock === "unsupported") return noteUse(path, host);
    if (lock === "absent" && !create) return undefined;
    if (lock === "absent") {
      if (!madeParent(path.slice(0, path.lastIndexOf("/")), host)) return undefined;
    } else if (lock === "busy") {
      const pause = attempt < QUICK_ATTEMPTS ? 1 : RETRY_MS;
      if (patience.leftMs < pause) return undefined;
      if (attempt === QUICK_ATTEMPTS && isStrangers(path, host, whom)) return undefined;
      patience.leftMs -= pause;
      await clock.sleep(pause);
    } else {
      const checked = check(path, lock, host);
      if (checked === "ours") return lock;
      lock.release();
      if (checked === "unknown") return undefined;
    }
  }
  return undefined;
}

/** Against a lease that changes under every attempt. */
const MOST_ATTEMPTS = 120;
const QUICK_ATTEMPTS = 20;
const RETRY_MS = 20;

/**
 * Everybody who may read a lease can lock it, also exclusively, and for ever. The kernel tells who holds it,
 * within one PID namespace; such a lease keeps the collector away, too.
 */
function isStrangers(path: string, { fs, locks }: LeaseHost, whom: Believer | undefined): boolean {
  if (whom === undefined || whom.trusted === "any") return false;
  try {
    const lease = fs.lstat(path);
    const pids = lease === undefined ? [] : locks.holders(lease) ?? [];
    const owners = pids.map((pid) => fs.lstat(`/proc/${pid}`)).filter((stat) => stat !== undefined);
    return owners.length > 0 && owners.every((stat) => strangerTo(stat, whom)?.kind === "owner");
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** A disk that cannot even say what the path names is no reason not to start. */
function check(path: string, lock: Lock, host: LeaseHost): "ours" | "replaced" | "unknown" {
  try {
    const named = host.fs.lstat(path);
    if (named === undefined || !isSame(named, lock)) return "replaced";
    recordUse(path, named, host);
    return "ours";
  } catch (error) {
    if (error instanceof FsError) return "unknown";
    lock.release();
    throw error;
  }
}

/** Where locks fail, when it was last used is all that a collector can go by. */
function noteUse(path: string, host: LeaseHost): undefined {
  try {
    const lease = host.fs.lstat(path);
    if (lease !== undefined) recordUse(path, lease, host);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

/** An inode stays taken while it is open: equal numbers mean the same file. */
export function isSame({ dev, ino }: Pick<FileStat, "dev" | "ino">, lock: Lock): boolean {
  const held = lock.stat();
  return held === undefined || (held.ino === ino && held.dev === dev);
}

const USE_GRAIN_MS = 3_600_000;

/** The lease's mtime is the tree's last use, to the hour: most warm starts write nothing at all. */
function recordUse(path: string, lease: FileStat, { fs, clock }: LeaseHost): void {
  if (Math.abs(clock.now() - lease.mtimeMs) < USE_GRAIN_MS) return;
  try {
    fs.touch(path);
  } catch (error) {
    // A read-only cache, or another user's.
    if (!(error instanceof FsError)) throw error;
  }
}

function madeParent(path: string, { fs }: LeaseHost): boolean {
  try {
    fs.makeDir(path, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
