import type { FileKind, FileSystem } from "../../host/ports.ts";

/** Lies in each environment, for those who look after the cache; written last. */
export const DOCUMENT_NAME = "edgeboot.json";
/** What it is called in one that `verify` found damaged while it was in use: the next start makes another. */
export const DAMAGED_NAME = "edgeboot.damaged.json";

/** A file of more bytes is none that was written there. */
export const MOST_DOCUMENT_BYTES = 1024 ** 2;

const PARTS: readonly (readonly [path: string, ...kinds: FileKind[]])[] = [
  ["bin/python", "symlink", "file"],
  // A Python would wait for a pipe in its place.
  ["pyvenv.cfg", "file"],
  ["lib", "directory"],
  [DOCUMENT_NAME, "file"],
];

/**
 * Whether an environment has what makes it one: it appears complete, but may be half gone since, after an `rm -rf`
 * that was stopped, or a cleaner of temporary files. Without these it would not start, or start without its
 * packages, or nobody could tell of which trees it is made; what lies deeper only `verify` and `fetch` look at.
 */
export function isWhole(path: string, fs: Pick<FileSystem, "lstat">): boolean {
  return PARTS.every(([name, ...kinds]) => {
    const stat = fs.lstat(`${path}/${name}`);
    if (stat === undefined || !kinds.includes(stat.kind)) return false;
    return stat.kind !== "file" || name === "bin/python" ||
      stat.size > 0 && stat.size <= MOST_DOCUMENT_BYTES;
  });
}

/**
 * Makes it one that is not whole: the next start makes another, which takes its place by two renames. What runs in
 * it has its paths all the time, and of which trees it is made can still be read.
 * @throws FsError
 */
export function giveUp(path: string, fs: Pick<FileSystem, "lstat" | "rename">): void {
  const document = `${path}/${DOCUMENT_NAME}`;
  if (fs.lstat(document) !== undefined) fs.rename(document, `${path}/${DAMAGED_NAME}`);
}
