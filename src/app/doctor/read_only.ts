import { type FileSystem, FsError, type Host } from "../../host/ports.ts";

/** Calls that would change something; whoever makes them gets the answer of a read-only disk. */
const CHANGING: readonly (keyof FileSystem)[] = [
  ...["openAppend", "createFile", "writeNewFile", "makeSymlink", "makeHardlink"] as const,
  ...["makeDir", "chmod", "rename", "remove", "removeTree", "touch"] as const,
];

/**
 * The same machine, on which nothing can be changed: what looks at the cache may also keep answers in it,
 * and a look at a sick machine must leave it as it is.
 */
export function readOnlyHost(host: Host): Host {
  const fs: FileSystem = {
    ...host.fs,
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

/** A path in a directory at which there is nothing: making it tells whether anything can be made. */
export function probePath(directory: string, { process }: Pick<Host, "process">): string {
  return `${directory.replace(/\/$/, "")}/.edgeboot-doctor-${process.randomId()}`;
}
