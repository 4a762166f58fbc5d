import { cString, startLibc } from "./libc.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  EMPTY,
  PIECE_OF_DIRECTORY,
  readEntries,
  readStat,
  STATX_BASIC_STATS,
  STATX_BYTES,
} from "./libc_structs.ts";
import { type DirEntry, type FileStat, type FileSystem, MOST_READ_BYTES } from "./ports.ts";
import type { ReadText } from "./ports.ts";
import { grown, READ_BYTES } from "./whole_file.ts";

/** The calls with which a warm start looks around; it makes nothing. */
export type Looks = Pick<
  FileSystem,
  "stat" | "lstat" | "readLink" | "readText" | "readOwned" | "readDir"
>;

const O_RDONLY_CLOEXEC = 0o2000000;
/** A pipe in the place of a file or a directory would be waited for. */
const O_NONBLOCK = 0o4000;
const ENOENT = 2;
const ENOTDIR = 20;

/**
 * The looks of a warm start, on the table of libc functions that it has open anyway: 1 ms less than
 * Deno's. Their first calls are expensive (a `Date` in each stat reads the time zone, an absent file makes an
 * error with a trace), and each resolves its path for a permission that is given for all of them.
 *
 * Only the usual answers are given here. Whatever else happens, `otherwise` is asked again and answers,
 * or fails, in its own words; what it reads must be opened without waiting, too.
 */
export function libcLooks(otherwise: (path: string) => Looks): Looks {
  const stat = (path: string, flags: number) => quietly(() => statOf(path, flags));
  return {
    stat: (path) => settle(stat(path, 0), () => otherwise(path).stat(path)),
    lstat: (path) => settle(stat(path, AT_SYMLINK_NOFOLLOW), () => otherwise(path).lstat(path)),
    readLink: (path) => quietly(() => targetOf(path)) ?? otherwise(path).readLink(path),
    readText: (path, most) =>
      quietly(() => textOf(path, most))?.text ?? otherwise(path).readText(path, most),
    readOwned: (path, most) =>
      quietly(() => textOf(path, most)) ?? otherwise(path).readOwned(path, most),
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

const PATH_MAX = 4096;

function targetOf(path: string): string | undefined {
  const buffer = new Uint8Array(PATH_MAX);
  const length = Number(startLibc().readlink(cString(path), buffer, BigInt(PATH_MAX)));
  return length < 0 || length === PATH_MAX ? undefined : UTF_8.decode(buffer.subarray(0, length));
}

/** undefined also for what is no regular file, or too large: `otherwise` says so. */
function textOf(path: string, most = MOST_READ_BYTES): ReadText | undefined {
  return withOpen(path, (descriptor) => {
    const { read, statx } = startLibc();
    if (statx?.(descriptor, EMPTY, AT_EMPTY_PATH, STATX_BASIC_STATS, statBuffer) !== 0) return;
    const stat = readStat(new DataView(statBuffer.buffer));
    if (stat.kind !== "file") return;
    let bytes = new Uint8Array(READ_BYTES);
    for (let length = 0;;) {
      const count = Number(read(descriptor, bytes.subarray(length), BigInt(bytes.length - length)));
      if (count < 0 || length + count > most) return;
      if (count === 0) return { text: UTF_8.decode(bytes.subarray(0, length)), stat };
      length += count;
      if (length === bytes.length) bytes = grown(bytes);
    }
  });
}

/** As Deno reads text: a byte order mark stays. */
const UTF_8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Kept: making an environment of a large layer reads some thousand directories. */
let directoryBuffer: Uint8Array<ArrayBuffer> | undefined;

function entriesOf(path: string): DirEntry[] | undefined {
  const buffer = directoryBuffer ??= new Uint8Array(PIECE_OF_DIRECTORY);
  return withOpen(path, (descriptor) => {
    const { getdents64 } = startLibc();
    const entries: DirEntry[] = [];
    for (;;) {
      const length = Number(getdents64?.(descriptor, buffer, BigInt(buffer.length)) ?? -1);
      if (length < 0) return undefined;
      if (length === 0) break;
      readEntries(buffer, length, entries);
    }
    // Some file systems do not say what an entry is.
    return entries.some(({ kind }) => kind === "other") ? undefined : entries;
  });
}

function withOpen<T>(
  path: string,
  use: (descriptor: number) => T,
): T | undefined {
  const libc = startLibc();
  const descriptor = libc.open(cString(path), O_RDONLY_CLOEXEC | O_NONBLOCK, 0);
  if (descriptor < 0) return undefined;
  try {
    return use(descriptor);
  } finally {
    libc.close(descriptor);
  }
}
