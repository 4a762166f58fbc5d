import { type FileStat, type FileSystem, FsError, type Host } from "../../host/ports.ts";
import { nearestExisting } from "../existing.ts";

/** Calls that would change something; whoever makes them gets the answer of a read-only disk. */
const CHANGING: readonly (keyof FileSystem)[] = [
  ...["openAppend", "createFile", "writeNewFile", "makeSymlink", "makeHardlink"] as const,
  ...["chmod", "rename", "remove", "removeTree", "touch"] as const,
];

/**
 * The same machine, on which nothing can be changed: what looks at the cache may also keep answers in it,
 * and a look at a sick machine must leave it as it is. Directories only seem to be made, where they could
 * be, so that the choice of the cache's root comes out as it would.
 */
export function readOnlyHost(host: Host): Host {
  const seeming = new Map<string, FileStat>();
  const { uid } = host.process;
  const fs: FileSystem = {
    ...host.fs,
    lstat: (path) => host.fs.lstat(path) ?? seeming.get(path),
    makeDir: (path, { mode = 0o755 } = {}) => {
      if (host.fs.stat(path)?.kind === "directory") return;
      tryToMake(nearestExisting(path, host.fs), host);
      const stat = { kind: "directory", size: 0, mode, mtimeMs: 0, dev: 0, ino: 0, uid } as const;
      seeming.set(path, stat);
    },
    setModified: () => {},
    syncDir: () => {},
    syncFileSystem: () => Promise.resolve(),
  };
  for (const operation of CHANGING) {
    Object.assign(fs, {
      [operation]: (path: string) => {
        throw new FsError("EROFS", operation, path, new Error("doctor changes nothing"));
      },
    });
  }
  return {
    ...host,
    fs,
    locks: { ...host.locks, tryLock: (path, mode) => host.locks.tryLock(path, mode) },
  };
}

export function probePath(directory: string, { process }: Pick<Host, "process">): string {
  return `${directory.replace(/\/$/, "")}/.edgeboot-doctor-${process.randomId()}`;
}

/** @throws FsError where no directory can be made there */
function tryToMake(directory: string, host: Host): void {
  const path = probePath(directory, host);
  host.fs.makeDir(path, { mode: 0o700 });
  host.fs.remove(path);
}
