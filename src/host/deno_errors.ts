import { type Errno, FsError } from "./ports.ts";

const KNOWN_ERRNOS: ReadonlySet<string> = new Set<Errno>([
  "ENOENT",
  "EEXIST",
  "ENOTDIR",
  "EISDIR",
  "ENOTEMPTY",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENAMETOOLONG",
  "ELOOP",
  "EXDEV",
  "EMLINK",
  "EOPNOTSUPP",
]);

/** Does what Deno does, and fails with its error as the port has it. @throws FsError */
export function attempt<T>(operation: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw toFsError(operation, path, error);
  }
}

/** The error of a call of Deno, with the number that decisions are made on. */
export function toFsError(operation: string, path: string, error: unknown): FsError {
  return error instanceof FsError ? error : new FsError(errnoOf(error), operation, path, error);
}

function errnoOf(error: unknown): Errno {
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && KNOWN_ERRNOS.has(code)) return code as Errno;
  if (error instanceof Deno.errors.NotFound) return "ENOENT";
  if (error instanceof Deno.errors.AlreadyExists) return "EEXIST";
  if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
  if (error instanceof Deno.errors.NotADirectory) return "ENOTDIR";
  return "OTHER";
}
