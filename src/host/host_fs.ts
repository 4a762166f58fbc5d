import { denoFs } from "./deno_fs.ts";
import { libcLooks } from "./libc_look.ts";
import { openLibcFs } from "./libc_fs.ts";
import type { FileSystem } from "./ports.ts";

/** Deno's own list; no grant short of --allow-all opens it (`check_special_file`). */
const RESERVED = /^\/+(?:dev|proc|sys)(?:\/|$)/;

let libcFs: FileSystem | undefined;

/**
 * Libc's file calls for the looks of a warm start; Deno's for other looks; libc's for making things, and
 * where Deno has none to offer. Deno resolves and checks the path of each call unless all is granted:
 * 136 MB in 7,797 files take 0.37 s to write that way and 0.14 s by libc.
 */
export const hostFs: FileSystem = Deno.build.os === "linux" ? combined() : denoFs;

function combined(): FileSystem {
  const libc = () => libcFs ??= openLibcFs(denoFs);
  // Deno opens a pipe and waits for whoever writes to it.
  const reading = (): Pick<FileSystem, "readText" | "readOwned"> => libc();
  const looking = (path: string) => RESERVED.test(path) ? libc() : denoFs;
  return {
    ...libcLooks((path) => ({ ...looking(path), ...reading() })),
    readBytes: (path, most) => libc().readBytes(path, most),
    realPath: (path) => looking(path).realPath(path),
    openRead: (path) => libc().openRead(path),
    readPieces: (path, expected) => looking(path).readPieces(path, expected),
    openAppend: (path) => libc().openAppend(path),
    createFile: (path, mode) => libc().createFile(path, mode),
    writeNewFile: (path, bytes, mode, time) => libc().writeNewFile(path, bytes, mode, time),
    makeDir: (path, options) => libc().makeDir(path, options),
    makeSymlink: (target, path) => libc().makeSymlink(target, path),
    makeHardlink: (existing, path) => libc().makeHardlink(existing, path),
    chmod: (path, mode) => libc().chmod(path, mode),
    rename: (from, to) => libc().rename(from, to),
    remove: (path) => libc().remove(path),
    removeTree: (path) => libc().removeTree(path),
    setModified: (path, time) => libc().setModified(path, time),
    touch: (path) => libc().touch(path),
    freeBytes: (path) => denoFs.freeBytes(path),
    freeInodes: (path) => denoFs.freeInodes(path),
    mayWrite: (path) => denoFs.mayWrite(path),
    copiesOnLink: (path) => denoFs.copiesOnLink(path),
    syncDir: (path) => libc().syncDir(path),
    syncFileSystem: (path) => denoFs.syncFileSystem(path),
  };
}
