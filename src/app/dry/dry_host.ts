import type { Host, Lock, Locks } from "../../host/ports.ts";
import { DryFs } from "./dry_fs.ts";

/**
 * The machine as it is, for whoever looks; nothing that is done to it takes place. So the steps of a start
 * are the real ones for those who explain it (`--dry-run`) and for those who look at a sick machine
 * (`doctor`), and both come to the same cache. Interpreters are still asked and servers still answer:
 * neither writes.
 */
export function dryHost(host: Host): Host {
  const fs = new DryFs(host.fs, host.process.uid);
  return {
    ...host,
    fs,
    locks: dryLocks(host.locks, fs),
    helpers: { start: () => undefined },
    process: {
      ...host.process,
      uid: host.process.uid,
      umask: () => 0o022,
    },
  };
}

const NO_LOCK: Lock = {
  inherit: () => {},
  release: () => {},
  stat: () => undefined,
  write: () => {},
};

/**
 * Shared locks are taken, as they change nothing, but never passed on. Whether an exclusive one could be
 * had is told by who holds the file: taking it would make starters wait.
 */
function dryLocks(locks: Locks, fs: DryFs): Locks {
  return {
    ...locks,
    tryLock(path, mode, { create = false } = {}) {
      const stat = fs.lstat(path);
      if (stat === undefined) return create ? NO_LOCK : "absent";
      if (mode === "exclusive") return (locks.holders(stat) ?? []).length > 0 ? "busy" : NO_LOCK;
      const lock = locks.tryLock(path, mode);
      if (typeof lock === "string") return lock;
      return {
        inherit: () => {},
        release: () => lock.release(),
        stat: () => lock.stat(),
        write: () => {},
      };
    },
  };
}
