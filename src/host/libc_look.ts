import { cString, startLibc } from "./libc.ts";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  grown,
  PIECE_OF_DIRECTORY,
  READ_BYTES,
  readEntries,
  readStat,
  STATX_BASIC_STATS,
  STATX_BYTES,
} from "./libc_structs.ts";
import type { DirEntry, FileStat, FileSystem } from "./ports.ts";

/** The calls with which a warm start looks around; it makes nothing. */
export type Looks = Pick<FileSystem, "stat" | "lstat" | "readText" | "readDir">;

const O_RDONLY_CLOEXEC = 0o2000000;
/** A pipe that is taken for a directory would be waited for. */
const O_NONBLOCK = 0o4000;
const ENOENT = 2;
const ENOTDIR = 20;

/**
 * The looks of a warm start, on the table of libc functions that it has open anyway: 1 ms less than
 * Deno's. Their first calls are expensive (a `Date` in each stat reads the time zone, an absent file makes an
 * error with a trace), and each resolves its path for a permission that is given for all of them.
 *
 * Only the usual answers are given here. Whatever else happens, `otherwise` is asked again and answers,
 * or fails, in its own words.
 */
export function libcLooks(otherwise: (path: string) => Looks): Looks {
  const stat = (path: string, flags: number) => quietly(() => statOf(path, flags));
  return {
    stat: (path) => settle(stat(path, 0), () => otherwise(path).stat(path)),
    lstat: (path) => settle(stat(path, AT_SYMLINK_NOFOLLOW), () => otherwise(path).lstat(path)),
    readText: (path) => quietly(() => textOf(path)) ?? otherwise(path).readText(path),
    readDir: (path) => quietly(() => entriesOf(path)) ?? otherwise(path).readDir(path),
  };
}

const ABSENT = Symbol();

function settle(
  seen: FileStat | typeof ABSENT | undefined,
  otherwise: () => FileStat | undefined,
): FileStat | undefined {
  return seen === ABSENT ? undefined : seen ?? otherwise();
}

/** Where the C library cannot be opened, or a path has a NUL in it, there is no answer from here. */
function quietly<T>(look: () => T | undefined): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

const statBuffer = new Uint8Array(STATX_BYTES);
const errnoBox = new Int32Array(1);

function statOf(path: string, flags: number): FileStat | typeof ABSENT | undefined {
  const libc = startLibc();
  const result = libc.statx?.(AT_FDCWD, cString(path), flags, STATX_BASIC_STATS, statBuffer);
  if (result === 0) return readStat(new DataView(statBuffer.buffer));
  if (result === undefined || libc.__errno_location === null) return undefined;
  // At once: nothing else may come between the failed call and this.
  libc.memcpy(errnoBox, libc.__errno_location(), 4n);
  return errnoBox[0] === ENOENT || errnoBox[0] === ENOTDIR ? ABSENT : undefined;
}

function textOf(path: string): string | undefined {
  const bytes = withOpen(path, 0, (descriptor) => {
    const { read } = startLibc();
    let bytes = new Uint8Array(READ_BYTES);
    for (let length = 0;;) {
      const count = Number(read(descriptor, bytes.subarray(length), BigInt(bytes.length - length)));
      if (count < 0) return undefined;
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length === bytes.length) bytes = grown(bytes);
    }
  });
  // As Deno reads text: a byte order mark stays.
  return bytes && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function entriesOf(path: string): DirEntry[] | undefined {
  return withOpen(path, O_NONBLOCK, (descriptor) => {
    const { getdents64 } = startLibc();
    const entries: DirEntry[] = [];
    const buffer = new Uint8Array(PIECE_OF_DIRECTORY);
    for (;;) {
      const length = Number(getdents64?.(descriptor, buffer, BigInt(buffer.length)) ?? -1);
      if (length < 0) return undefined;
      if (length === 0) break;
      entries.push(...readEntries(buffer.subarray(0, length)));
    }
    // Some file systems do not say what an entry is.
    return entries.some(({ kind }) => kind === "other") ? undefined : entries;
  });
}

function withOpen<T>(
  path: string,
  flags: number,
  use: (descriptor: number) => T,
): T | undefined {
  const libc = startLibc();
  const descriptor = libc.open(cString(path), O_RDONLY_CLOEXEC | flags, 0);
  if (descriptor < 0) return undefined;
  try {
    return use(descriptor);
  } finally {
    libc.close(descriptor);
  }
}
