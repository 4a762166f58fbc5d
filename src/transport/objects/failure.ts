import { FsError } from "../../host/ports.ts";
import { EdgebootError, type ErrorCode } from "../../model/errors.ts";

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
  EACCES: "PERMISSION_DENIED",
  EPERM: "PERMISSION_DENIED",
  EROFS: "PERMISSION_DENIED",
};

const NEXT: Partial<Record<ErrorCode, string>> = {
  DISK_FULL:
    "free space there (`edgeboot registry gc` removes what no release needs); then do the same again: what " +
    "is there already is skipped",
  PERMISSION_DENIED: "run it as a user who may write there, or give this one the right to",
  IO: "check the path, and that the disk or volume behind it is mounted",
};

/** What a failed file call means to who writes a directory; anything but an {@link FsError} stays as it is. */
export function directoryFailure(error: unknown, root: string): unknown {
  if (!(error instanceof FsError)) return error;
  const code = CODES[error.errno] ?? "IO";
  return new EdgebootError(code, {
    what: `cannot write to the registry ${root}`,
    why: error.message,
    next: NEXT[code]!,
  }, { cause: error, facts: { url: root, path: error.path } });
}
