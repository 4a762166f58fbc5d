import { denoHost } from "../../src/host/deno_host.ts";
import { libcLocks } from "../../src/host/libc_locks.ts";
import type { Host, Lock } from "../../src/host/ports.ts";

/** Whether somebody holds a lock on the file: no collector could take what it stands for. */
export function isLocked(path: string): boolean {
  const lock = libcLocks.tryLock(path, "exclusive");
  if (typeof lock === "object") lock.release();
  return lock === "busy";
}

/** A host on which somebody else acts once, between the first lock that is had and the look that follows. */
export function afterFirstLock(act: (path: string) => void): Host {
  let happened = false;
  const tryLock: Host["locks"]["tryLock"] = (path, ...rest) => {
    const lock = denoHost.locks.tryLock(path, ...rest);
    if (typeof lock === "object" && !happened) {
      happened = true;
      act(path);
    }
    return lock;
  };
  return { ...denoHost, locks: { ...denoHost.locks, tryLock } };
}

/** Puts another file in the place of one that somebody has locked, and locks that. */
export function replaceLocked(path: string): Lock {
  Deno.removeSync(path);
  const lock = libcLocks.tryLock(path, "exclusive", { create: true });
  if (typeof lock !== "object") throw new Error(`${path}: ${lock}`);
  return lock;
}

/** A file system that grants every lock to everybody, as some network file systems do. */
export const GRANTING: Host = {
  ...denoHost,
  locks: {
    ...denoHost.locks,
    tryLock(path, _mode, options) {
      if (options?.create) Deno.writeTextFileSync(path, "", { append: true });
      else if (denoHost.fs.lstat(path) === undefined) return "absent";
      return { inherit() {}, release() {}, write() {}, stat: () => denoHost.fs.lstat(path) };
    },
  },
};
