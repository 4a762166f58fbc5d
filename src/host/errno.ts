import type { Errno } from "./ports.ts";

/** errno.h of Linux, the same on x86-64 and arm64: those that decisions are made on, and their words. */
const ERRNOS: Readonly<Record<number, readonly [Errno, string]>> = {
  1: ["EPERM", "operation not permitted"],
  2: ["ENOENT", "no such file or directory"],
  5: ["EIO", "input/output error"],
  13: ["EACCES", "permission denied"],
  17: ["EEXIST", "it exists already"],
  18: ["EXDEV", "it is on another file system"],
  20: ["ENOTDIR", "a part of the path is not a directory"],
  21: ["EISDIR", "it is a directory"],
  24: ["EMFILE", "too many open files"],
  28: ["ENOSPC", "no space left on the device"],
  30: ["EROFS", "the file system is read-only"],
  31: ["EMLINK", "it has as many names as there may be"],
  36: ["ENAMETOOLONG", "the name is too long"],
  38: ["EOPNOTSUPP", "the system has no such thing"],
  39: ["ENOTEMPTY", "the directory is not empty"],
  40: ["ELOOP", "too many symbolic links"],
  95: ["EOPNOTSUPP", "the file system has no such thing"],
  122: ["EDQUOT", "the disk quota is used up"],
};

/** `ENOENT` for 2; `OTHER` for a number that no decision is made on. */
export function errnoName(number: number): Errno {
  return ERRNOS[number]?.[0] ?? "OTHER";
}

/** The number in words, for messages. */
export function errnoText(number: number): string {
  return `${ERRNOS[number]?.[1] ?? "failed"} (errno ${number})`;
}
