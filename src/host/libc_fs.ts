/**
 * The {@link FileSystem} port straight on libc. For paths that Deno refuses: everything below /dev, /proc
 * and /sys, unless a program is granted all there is; /dev/shm is the one writable place in many
 * read-only containers. And for writing many files without a permission check for each. Linux only;
 * struct layouts are those of statx(2) and getdents64(2), the same on every architecture.
 *
 * One file, over 250 lines, because it is one table of system calls with one way to fail.
 */
import { cString, openLibc } from "./libc.ts";
import { errnoName, errnoText } from "./errno.ts";
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
import { type DirEntry, type FileStat, type FileSystem, FsError } from "./ports.ts";
import type { FileTime, OpenFile } from "./ports.ts";
import { MOST_READ_BYTES } from "./ports.ts";
import { grown, IRREGULAR, READ_BYTES, tooLarge } from "./whole_file.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  fsync: { parameters: ["i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  realpath: { parameters: ["buffer", "buffer"], result: "usize" },
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  symlink: { parameters: ["buffer", "buffer"], result: "i32" },
  link: { parameters: ["buffer", "buffer"], result: "i32" },
  chmod: { parameters: ["buffer", "u32"], result: "i32" },
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  rmdir: { parameters: ["buffer"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  __errno_location: { parameters: [], result: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

// fcntl.h and sys/stat.h of Linux; O_DIRECTORY and O_NOFOLLOW differ on arm64 and are not used.
const O_CLOEXEC = 0o2000000;
const O_NEW = 0o1 | 0o100 | 0o200 | O_CLOEXEC;
/** Whatever is there: to open a pipe that nobody has at its other end would wait for somebody. */
const O_NONBLOCK = 0o4000;
const O_READING = O_CLOEXEC | O_NONBLOCK;
const O_APPENDING = 0o1 | 0o2000 | O_CLOEXEC | O_NONBLOCK;
const PIECE_BYTES = 1024 * 1024;
const PATH_MAX = 4096;
const DIRECTORY_BYTES = BigInt(PIECE_OF_DIRECTORY);

/**
 * Opens the port.
 * @param shared the calls that are the same for every implementation
 * @throws Error where the C library cannot be opened
 */
export function openLibcFs(
  shared: Pick<
    FileSystem,
    "syncFileSystem" | "freeBytes" | "freeInodes" | "mayWrite" | "copiesOnLink"
  >,
): FileSystem {
  const libc = openLibc(SYMBOLS);
  const statBuffer = new Uint8Array(STATX_BYTES);
  const statView = new DataView(statBuffer.buffer);
  const errnoBox = new Int32Array(1);
  const timesBox = new DataView(new ArrayBuffer(2 * TIMESPEC_BYTES));
  // Kept: a cold start has thousands of directories and paths, and new buffers cost more than the calls.
  const directoryBuffer = new Uint8Array(PIECE_OF_DIRECTORY);
  const pathBuffer = new Uint8Array(PATH_MAX);
  const otherBuffer = new Uint8Array(PATH_MAX);

  /** Read at once after the failed call; nothing else may come between. */
  function failure(operation: string, path: string): FsError {
    libc.memcpy(errnoBox, libc.__errno_location(), 4n);
    const number = errnoBox[0]!;
    return new FsError(errnoName(number), operation, path, new Error(errnoText(number)));
  }

  function checked(result: number | bigint, operation: string, path: string): number {
    if (result < 0) throw failure(operation, path);
    return Number(result);
  }

  /** For one call: the next path takes its place, or that of another `buffer`. */
  function pathOf(
    path: string,
    operation: string,
    buffer = pathBuffer,
  ): Uint8Array<ArrayBuffer> {
    try {
      return cStringIn(buffer, path);
    } catch (error) {
      throw new FsError("OTHER", operation, path, error);
    }
  }

  function statOf(path: string, flags: number, operation: string): FileStat | undefined {
    const name = pathOf(path, operation);
    if (libc.statx(AT_FDCWD, name, flags, STATX_BASIC_STATS, statBuffer) < 0) {
      const error = failure(operation, path);
      if (error.errno === "ENOENT" || error.errno === "ENOTDIR") return undefined;
      throw error;
    }
    return readStat(statView);
  }

  function open(path: string, flags: number, mode: number, operation: string): LibcFile {
    const descriptor = checked(libc.open(pathOf(path, operation), flags, mode), operation, path);
    return new LibcFile(descriptor, path);
  }

  /** @throws FsError where it is none; the file is closed then */
  function statRegular(file: LibcFile, operation: string, path: string): FileStat {
    try {
      const stat = file.stat(operation);
      if (stat.kind === "file") return stat;
      const isDirectory = stat.kind === "directory";
      const why = isDirectory ? "it is a directory" : IRREGULAR;
      throw new FsError(isDirectory ? "EISDIR" : "OTHER", operation, path, why);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  function readWhole(path: string, most = MOST_READ_BYTES) {
    const file = open(path, O_READING, 0, "read");
    const stat = statRegular(file, "read", path);
    try {
      let bytes = new Uint8Array(READ_BYTES);
      let length = 0;
      for (let n = file.read(bytes); n !== null; n = file.read(bytes.subarray(length))) {
        length += n;
        if (length > most) throw new FsError("OTHER", "read", path, tooLarge(most));
        if (length === bytes.length) bytes = grown(bytes);
      }
      return { bytes: bytes.subarray(0, length), stat };
    } finally {
      file.close();
    }
  }

  class LibcFile implements OpenFile {
    constructor(private descriptor: number, private readonly path: string) {}

    stat(operation: string): FileStat {
      const { descriptor, path } = this;
      const result = libc.statx(descriptor, EMPTY, AT_EMPTY_PATH, STATX_BASIC_STATS, statBuffer);
      checked(result, operation, path);
      return readStat(statView);
    }

    read(into: Uint8Array<ArrayBuffer>): number | null {
      const count = libc.read(this.descriptor, into, BigInt(into.length));
      return checked(count, "read", this.path) || null;
    }

    seek(offset: number): void {
      checked(libc.lseek(this.descriptor, BigInt(offset), 0), "seek", this.path);
    }

    write(bytes: Uint8Array<ArrayBuffer>): void {
      for (let done = 0; done < bytes.length;) {
        const rest = done === 0 ? bytes : bytes.subarray(done);
        done += checked(
          libc.write(this.descriptor, rest, BigInt(rest.length)),
          "write",
          this.path,
        );
      }
    }

    size(): number {
      const here = libc.lseek(this.descriptor, 0n, 1);
      const end = checked(libc.lseek(this.descriptor, 0n, 2), "stat", this.path);
      libc.lseek(this.descriptor, here, 0);
      return end;
    }

    sync(): void {
      checked(libc.fsync(this.descriptor), "sync", this.path);
    }

    setModified(time: FileTime): void {
      libc.futimens(this.descriptor, writeTimes(timesBox, time));
    }

    close(): void {
      if (this.descriptor >= 0) libc.close(this.descriptor);
      this.descriptor = -1;
    }
  }

  const fs: FileSystem = {
    readText: (path, most) => decode(readWhole(path, most).bytes),
    readBytes: (path, most) => readWhole(path, most).bytes,
    readOwned(path, most) {
      const { bytes, stat } = readWhole(path, most);
      return { text: decode(bytes), stat };
    },
    stat: (path) => statOf(path, 0, "stat"),
    lstat: (path) => statOf(path, AT_SYMLINK_NOFOLLOW, "lstat"),
    readDir(path) {
      const descriptor = checked(
        libc.open(pathOf(path, "read directory"), O_READING, 0),
        "read directory",
        path,
      );
      try {
        const entries: DirEntry[] = [];
        for (;;) {
          const read = libc.getdents64(descriptor, directoryBuffer, DIRECTORY_BYTES);
          const length = checked(read, "read directory", path);
          if (length === 0) return entries;
          readEntries(directoryBuffer, length, entries);
        }
      } finally {
        libc.close(descriptor);
      }
    },
    readLink(path) {
      const buffer = new Uint8Array(PATH_MAX);
      const read = libc.readlink(pathOf(path, "read link"), buffer, BigInt(buffer.length));
      return new TextDecoder().decode(buffer.subarray(0, checked(read, "read link", path)));
    },
    realPath(path) {
      const buffer = new Uint8Array(PATH_MAX);
      if (libc.realpath(pathOf(path, "resolve"), buffer) === 0n) throw failure("resolve", path);
      return new TextDecoder().decode(buffer.subarray(0, buffer.indexOf(0)));
    },
    openRead(path) {
      const file = open(path, O_READING, 0, "open");
      statRegular(file, "open", path);
      return file;
    },
    async *readPieces(path, expected) {
      const file = open(path, O_READING, 0, "open");
      try {
        statRegular(file, "open", path);
        const buffer = new Uint8Array(Math.min(PIECE_BYTES, expected + 1));
        for (let n = file.read(buffer); n !== null; n = file.read(buffer)) {
          yield buffer.subarray(0, n);
        }
      } finally {
        file.close();
      }
    },
    openAppend(path) {
      const file = open(path, O_APPENDING, 0, "open");
      statRegular(file, "open", path);
      return file;
    },
    createFile: (path, mode) => open(path, O_NEW, mode, "create"),
    writeNewFile(path, bytes, mode, modified) {
      const file = open(path, O_NEW, mode, "create");
      try {
        file.write(bytes as Uint8Array<ArrayBuffer>);
        if (modified !== undefined) file.setModified(modified);
      } finally {
        file.close();
      }
    },
    makeDir(path, { recursive = false, mode = 0o755 } = {}) {
      if (!recursive) {
        return void checked(
          libc.mkdir(pathOf(path, "create directory"), mode),
          "create directory",
          path,
        );
      }
      if (fs.stat(path)?.kind === "directory") return;
      const parent = path.slice(0, path.lastIndexOf("/"));
      if (parent !== "") fs.makeDir(parent, { recursive, mode });
      try {
        fs.makeDir(path, { mode });
      } catch (error) {
        // Another process was faster.
        if (fs.stat(path)?.kind !== "directory") throw error;
      }
    },
    makeSymlink: (target, path) =>
      void checked(
        libc.symlink(pathOf(target, "link"), pathOf(path, "link", otherBuffer)),
        "link",
        path,
      ),
    makeHardlink: (existing, path) =>
      void checked(
        libc.link(pathOf(existing, "link"), pathOf(path, "link", otherBuffer)),
        "link",
        path,
      ),
    chmod: (path, mode) => void checked(libc.chmod(pathOf(path, "chmod"), mode), "chmod", path),
    rename: (from, to) =>
      void checked(
        libc.rename(pathOf(from, "rename"), pathOf(to, "rename", otherBuffer)),
        "rename",
        to,
      ),
    remove(path) {
      const isDirectory = fs.lstat(path)?.kind === "directory";
      const name = pathOf(path, "remove");
      checked(isDirectory ? libc.rmdir(name) : libc.unlink(name), "remove", path);
    },
    removeTree(path) {
      const stat = fs.lstat(path);
      if (stat === undefined) return;
      if (stat.kind === "directory") {
        if ((stat.mode & 0o700) !== 0o700) fs.chmod(path, 0o700);
        for (const entry of fs.readDir(path)) fs.removeTree(`${path}/${entry.name}`);
      }
      fs.remove(path);
    },
    syncDir(path) {
      const directory = open(path, O_READING, 0, "sync");
      try {
        directory.sync();
      } finally {
        directory.close();
      }
    },
    setModified(path, time) {
      const name = pathOf(path, "set the time of");
      libc.utimensat(AT_FDCWD, name, writeTimes(timesBox, time), AT_SYMLINK_NOFOLLOW);
    },
    // No times means now, which a user may also set who can write the file but does not own it.
    touch: (path) =>
      void checked(libc.utimensat(AT_FDCWD, pathOf(path, "touch"), null, 0), "touch", path),
    freeBytes: shared.freeBytes,
    freeInodes: shared.freeInodes,
    mayWrite: shared.mayWrite,
    copiesOnLink: shared.copiesOnLink,
    syncFileSystem: shared.syncFileSystem,
  };
  return fs;
}

const ENCODER = new TextEncoder();

/** A NUL-terminated string in a buffer that is kept, where that has room. */
function cStringIn(
  buffer: Uint8Array<ArrayBuffer>,
  text: string,
): Uint8Array<ArrayBuffer> {
  // UTF-8 has at most three bytes for a unit of UTF-16.
  if (text.length * 3 >= buffer.length || text.includes("\0")) return cString(text);
  buffer[ENCODER.encodeInto(text, buffer).written] = 0;
  return buffer;
}

/** A byte order mark stays, as it does in Deno.readTextFile. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

const TIMESPEC_BYTES = 16;
/** In place of nanoseconds: leave this time as it is; utimensat(2). */
const UTIME_OMIT = 2 ** 30 - 2;

/** Two structs timespec: the time of the last access, untouched, and that of the last change. */
function writeTimes(view: DataView<ArrayBuffer>, { seconds, nanoseconds }: FileTime) {
  view.setUint32(8, UTIME_OMIT, true);
  view.setUint32(TIMESPEC_BYTES, seconds >>> 0, true);
  view.setUint32(TIMESPEC_BYTES + 4, Math.floor(seconds / 2 ** 32), true);
  view.setUint32(TIMESPEC_BYTES + 8, nanoseconds, true);
  return view;
}
