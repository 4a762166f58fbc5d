import type { Sha256 } from "../model/digest.ts";
import type { Host, Lock } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

type LeaseHost = Pick<Host, "fs" | "locks">;

/**
 * A shared lock on a tree's lease file. The running app keeps it, through a descriptor inherited
 * across exec; the collector needs the exclusive one and never waits for it, so it never removes what
 * runs. A cache without working locks, or one made by an image, has no leases: nothing is held then,
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
 */
export function takeLease(
  digest: Sha256,
  layout: CacheLayout,
  { fs, locks }: LeaseHost,
): Lock | undefined {
  const path = layout.lease(digest);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const before = fs.lstat(path);
    if (before === undefined) return undefined;
    const lock = locks.tryLock(path, "shared");
    if (lock === "unsupported") return undefined;
    if (typeof lock === "string") continue;
    // An inode stays taken while we hold it open: equal numbers mean that it is this file.
    if (fs.lstat(path)?.ino === before.ino) return lock;
    lock.release();
  }
  return undefined;
}

/** The collector holds its lock for two renames; a starter that meets it looks again. */
const MOST_ATTEMPTS = 100;
