import { EdgebootError } from "../../../model/errors.ts";
import { type FileSystem, FsError } from "../../../host/ports.ts";

/** What was named as a source is not there, or is none. @returns SOURCE_INVALID (65) */
export function sourceMissing(path: string, why: string, next: string): EdgebootError {
  return new EdgebootError(
    "SOURCE_INVALID",
    { what: `cannot pack ${path}`, why, next },
    { facts: { path } },
  );
}

/**
 * The text of a file that somebody named.
 * @param named as messages call it
 * @throws EdgebootError SOURCE_INVALID (65) where it cannot be read
 */
export function readSource(
  { path, named, next }: { readonly path: string; readonly named: string; readonly next: string },
  { fs }: { readonly fs: Pick<FileSystem, "readText"> },
): string {
  try {
    return fs.readText(path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw sourceMissing(
      named,
      error.errno === "ENOENT" ? "there is no such file" : error.message,
      next,
    );
  }
}
