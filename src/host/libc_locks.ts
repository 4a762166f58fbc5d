import { errnoName, errnoText } from "./errno.ts";
import { cString, errnoAfter, startLibc } from "./libc.ts";
import { replaceContent } from "./libc_cold.ts";
import { libcLooks } from "./libc_look.ts";
import { AT_EMPTY_PATH, EMPTY, readStat, STATX_BASIC_STATS, STATX_BYTES } from "./libc_structs.ts";
import { type FileStat, FsError, type Lock, type Locks } from "./ports.ts";

const O_RDONLY = 0;
const O_RDWR = 2;
const O_CREAT = 0o100;
/** A pipe in its place would be waited for. */
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const F_DUPFD = 0;
const F_SETFD = 2;
const EINTR = 4;
const MOST_INTERRUPTIONS = 8;
const EWOULDBLOCK = 11;
/** EIO, ENOMEM, ENFILE, EMFILE. */
const PASSING: ReadonlySet<number> = new Set([5, 12, 23, 24]);

/**
 * Inherited descriptors start here, so that the app finds its next free numbers where it would without
 * edgeboot (3 and on; LISTEN_FDS begins at 3, too). Not higher: a process starts with room for 64, and
 * to make more the kernel waits for all other CPUs where there are several threads (synchronize_rcu in
 * expand_fdtable): 7 to 15 ms, half a start.
 */
const FIRST_INHERITED = 40;

/** Without another way to look: where this one fails, nothing is known. */
const looks = libcLooks((path) => {
  throw new Error(`cannot look at ${path}`);
});

export const libcLocks: Locks = {
  tryLock(path, mode, { create = false, mode: permissions = 0o644 } = {}) {
    const libc = startLibc();
    const name = cString(path);
    // NFS turns flock into byte-range locks, whose exclusive form needs a descriptor for writing; a
    // shared one needs one for reading, and so can be had in a read-only cache, too.
    const access = mode === "shared" ? O_RDONLY : O_RDWR;
    const flags = access | O_CLOEXEC | O_NONBLOCK | (create ? O_CREAT : 0);
    const descriptor = libc.open(name, flags, permissions);
    if (descriptor < 0) return isAbsent(path) ? "absent" : unopened(name, access, path);
    const operation = (mode === "shared" ? LOCK_SH : LOCK_EX) | LOCK_NB;
    if (libc.flock(descriptor, operation) === 0) return new LibcLock(descriptor);
    // A network file system waits for its server, and a signal ends that.
    let error = EINTR;
    for (let attempt = 0; error === EINTR && attempt < MOST_INTERRUPTIONS; attempt++) {
      error = errnoAfter(() => libc.flock(descriptor, operation));
    }
    // Between two attempts the other holder may have let go: then there is no error, but a lock.
    if (error === 0) return new LibcLock(descriptor);
    libc.close(descriptor);
    return error === EWOULDBLOCK ? "busy" : "unsupported";
  },

  holders(stat) {
    try {
      return holdersOf(stat, looks.readText("/proc/locks"));
    } catch {
      return undefined;
    }
  },
};

class LibcLock implements Lock {
  constructor(private descriptor: number) {}

  inherit(): void {
    const copy = startLibc().fcntl(this.descriptor, F_DUPFD, FIRST_INHERITED);
    // No room that high (a tiny `ulimit -n`): the descriptor that we have must do, without CLOEXEC.
    if (copy < 0) startLibc().fcntl(this.descriptor, F_SETFD, 0);
  }

  release(): void {
    if (this.descriptor >= 0) startLibc().close(this.descriptor);
    this.descriptor = -1;
  }

  stat(): FileStat | undefined {
    const buffer = new Uint8Array(STATX_BYTES);
    const result = startLibc().statx?.(
      this.descriptor,
      EMPTY,
      AT_EMPTY_PATH,
      STATX_BASIC_STATS,
      buffer,
    );
    return result === 0 ? readStat(new DataView(buffer.buffer)) : undefined;
  }

  write(text: string): void {
    replaceContent(this.descriptor, text);
  }
}

/**
 * A file that may not be opened, or not by this file system, stands for "no locks here". What is over in
 * a moment does not: an app that then started without its lease would run unprotected for months.
 * @throws FsError
 */
function unopened(name: Uint8Array<ArrayBuffer>, access: number, path: string): "unsupported" {
  const libc = startLibc();
  const error = errnoAfter(() => {
    const descriptor = libc.open(name, access | O_CLOEXEC, 0);
    if (descriptor >= 0) libc.close(descriptor);
    return descriptor;
  });
  if (!PASSING.has(error)) return "unsupported";
  throw new FsError(errnoName(error), "open", path, new Error(errnoText(error)));
}

function isAbsent(path: string): boolean {
  try {
    return looks.lstat(path) === undefined;
  } catch {
    return false;
  }
}

/**
 * Lines read `1: FLOCK  ADVISORY  READ 4711 08:01:131083 0 EOF`, proc_locks(5); `->` marks a waiter.
 * The device is the file system's own. overlayfs and btrfs tell stat(2) another one, so where no line has
 * both numbers, the inode alone decides: the answer is for people, and never whether a tree is removed.
 */
export function holdersOf({ dev, ino }: Pick<FileStat, "dev" | "ino">, locks: string): number[] {
  const found = [...locks.matchAll(FLOCK_LINE)].filter((match) => Number(match[4]) === ino);
  const here = found.filter(([, , major, minor]) =>
    parseInt(major!, 16) === majorOf(dev) && parseInt(minor!, 16) === minorOf(dev)
  );
  const pids = (here.length > 0 ? here : found).map((match) => Number(match[1]));
  return [...new Set(pids)].filter((pid) => pid > 0);
}

const FLOCK_LINE = /^\d+: FLOCK\s+\S+\s+\S+\s+(-?\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/gm;

/** gnu_dev_major(3) and gnu_dev_minor(3), for numbers below 2^53. */
function majorOf(dev: number): number {
  return Math.floor(dev / 256) % 4096;
}

function minorOf(dev: number): number {
  return dev % 256 + (Math.floor(dev / 2 ** 20) % 2 ** 12) * 256;
}
