import { EdgebootError } from "../model/errors.ts";
import { FsError } from "../host/ports.ts";

/**
 * What a failed file call in the cache means to an operator. Anything but an {@link FsError} is
 * returned as it came: it already has its code, or it is a bug.
 */
export function cacheFailure(error: unknown, root: string): unknown {
  if (!(error instanceof FsError)) return error;
  const facts = { cache: root, path: error.path };
  switch (error.errno) {
    case "ENOSPC":
    case "EDQUOT":
      return new EdgebootError("DISK_FULL", {
        what: `no room left in the cache ${root}`,
        why: error.message,
        next:
          "free space on that file system (`edgeboot cache list` shows what is cached, `edgeboot cache " +
          "gc` removes what is not needed), or point --cache at a larger one",
      }, { cause: error, facts });
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOENT":
    case "ENOTDIR":
    case "EEXIST":
      return new EdgebootError("CACHE_UNWRITABLE", {
        what: `cannot write to the cache ${root}`,
        why: error.errno === "EEXIST" || error.errno === "ENOTDIR"
          ? `${error.message}: something else than a directory is in its way`
          : error.message,
        next: "make the directory writable for this user, or choose another with --cache DIR or " +
          "EDGEBOOT_CACHE",
      }, { cause: error, facts });
    default:
      return new EdgebootError("IO", {
        what: `the cache ${root} cannot be used`,
        why: error.message,
        next:
          "check the disk and the limits of this process (`dmesg`, `ulimit -a`), then try again",
      }, { cause: error, facts });
  }
}
