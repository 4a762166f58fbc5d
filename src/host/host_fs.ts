import { denoFs } from "./deno_fs.ts";
import { openLibcFs } from "./libc_fs.ts";
import type { FileSystem } from "./ports.ts";

/** Deno's own list; no grant short of --allow-all opens it (`check_special_file`). */
const RESERVED = /^\/+(?:dev|proc|sys)(?:\/|$)/;

let libcFs: FileSystem | undefined;

/** Deno's file calls, and libc's where Deno has none to offer: the first path decides. */
export const hostFs: FileSystem = Deno.build.os === "linux" ? chooseByPath() : denoFs;

function chooseByPath(): FileSystem {
  const chosen = (path: string) => RESERVED.test(path) ? libcFs ??= openLibcFs(denoFs) : denoFs;
  // Two-path calls stay within the cache, or link from it: the path that is created decides.
  return {
    readText: (path) => chosen(path).readText(path),
    readBytes: (path) => chosen(path).readBytes(path),
    stat: (path) => chosen(path).stat(path),
    lstat: (path) => chosen(path).lstat(path),
    readDir: (path) => chosen(path).readDir(path),
    readLink: (path) => chosen(path).readLink(path),
    realPath: (path) => chosen(path).realPath(path),
    openRead: (path) => chosen(path).openRead(path),
    readPieces: (path, expected) => chosen(path).readPieces(path, expected),
    openAppend: (path) => chosen(path).openAppend(path),
    createFile: (path, mode) => chosen(path).createFile(path, mode),
    writeNewFile: (path, bytes, mode) => chosen(path).writeNewFile(path, bytes, mode),
    makeDir: (path, options) => chosen(path).makeDir(path, options),
    makeSymlink: (target, path) => chosen(path).makeSymlink(target, path),
    makeHardlink: (existing, path) => chosen(path).makeHardlink(existing, path),
    chmod: (path, mode) => chosen(path).chmod(path, mode),
    rename: (from, to) => chosen(to).rename(from, to),
    remove: (path) => chosen(path).remove(path),
    removeTree: (path) => chosen(path).removeTree(path),
    touch: (path) => chosen(path).touch(path),
    freeBytes: (path) => denoFs.freeBytes(path),
    syncDir: (path) => chosen(path).syncDir(path),
    syncFileSystem: (path) => denoFs.syncFileSystem(path),
  };
}
