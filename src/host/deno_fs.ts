import { attempt, toFsError } from "./deno_errors.ts";
import { type DirEntry, type FileKind, type FileStat, FsError } from "./ports.ts";
import type { FileSystem, FileTime, OpenFile } from "./ports.ts";
import { freeBytes, freeInodes, isOverlay, mayWrite, syncFileSystem } from "./libc_cold.ts";
import { MOST_READ_BYTES } from "./ports.ts";
import { grown, IRREGULAR, READ_BYTES, tooLarge } from "./whole_file.ts";

export const denoFs: FileSystem = {
  readText: (path, most) => decode(readWhole(path, most).bytes),
  readBytes: (path, most) => readWhole(path, most).bytes,
  readOwned: (path, most) => {
    const { bytes, stat } = readWhole(path, most);
    return { text: decode(bytes), stat };
  },
  stat: (path) => absentIsUndefined(() => attempt("stat", path, () => toStat(Deno.statSync(path)))),
  lstat: (path) =>
    absentIsUndefined(() => attempt("lstat", path, () => toStat(Deno.lstatSync(path)))),
  readDir: (path) =>
    attempt("read directory", path, () => [...Deno.readDirSync(path)].map(toEntry)),
  readLink: (path) => attempt("read link", path, () => Deno.readLinkSync(path)),
  realPath: (path) => attempt("resolve", path, () => Deno.realPathSync(path)),
  openRead: (path) => attempt("open", path, () => new DenoFile(openRegular(path), path)),
  readPieces,
  openAppend: (path) =>
    attempt("open", path, () => {
      refuseIrregular(Deno.statSync(path));
      return new DenoFile(Deno.openSync(path, { append: true }), path);
    }),
  createFile: (path, mode) =>
    attempt(
      "create",
      path,
      () => new DenoFile(Deno.openSync(path, { createNew: true, write: true, mode }), path),
    ),
  writeNewFile(path, bytes, mode, modified) {
    attempt("create", path, () => Deno.writeFileSync(path, bytes, { createNew: true, mode }));
    if (modified !== undefined) denoFs.setModified(path, modified);
  },
  makeDir: (path, options) =>
    attempt("create directory", path, () => Deno.mkdirSync(path, { mode: 0o755, ...options })),
  makeSymlink: (target, path) => attempt("link", path, () => Deno.symlinkSync(target, path)),
  makeHardlink: (existing, path) => attempt("link", path, () => Deno.linkSync(existing, path)),
  chmod: (path, mode) => attempt("chmod", path, () => Deno.chmodSync(path, mode)),
  rename: (from, to) => attempt("rename", to, () => Deno.renameSync(from, to)),
  remove: (path) => attempt("remove", path, () => Deno.removeSync(path)),
  removeTree,
  // Deno follows links here, so their own times stay.
  setModified: (path, time) =>
    quietly(() => {
      if (!Deno.lstatSync(path).isSymlink) Deno.utimeSync(path, toSeconds(time), toSeconds(time));
    }),
  touch: (path) => attempt("touch", path, () => Deno.utimeSync(path, new Date(), new Date())),
  freeBytes: (path) => attempt("measure", path, () => freeBytes(path)),
  freeInodes: (path) => attempt("measure", path, () => freeInodes(path)),
  mayWrite: (path) => attempt("check", path, () => mayWrite(path)),
  copiesOnLink: (path) => attempt("measure", path, () => isOverlay(path)),
  syncDir: (path) => attempt("sync", path, () => syncDirectory(path)),
  syncFileSystem: async (path) => {
    try {
      await syncFileSystem(path);
    } catch (error) {
      throw toFsError("sync", path, error);
    }
  },
};

/** Deno has no O_NONBLOCK: the look comes before the opening, and again after it. */
function openRegular(path: string): Deno.FsFile {
  refuseIrregular(Deno.statSync(path));
  return Deno.openSync(path, { read: true });
}

function refuseIrregular({ isFile, isDirectory }: Deno.FileInfo): void {
  if (isFile) return;
  if (isDirectory) throw Object.assign(new Error("Is a directory"), { code: "EISDIR" });
  throw new Error(IRREGULAR);
}

function readWhole(
  path: string,
  most = MOST_READ_BYTES,
): { bytes: Uint8Array<ArrayBuffer>; stat: FileStat } {
  return attempt("read", path, () => {
    const file = openRegular(path);
    try {
      const info = file.statSync();
      refuseIrregular(info);
      let bytes = new Uint8Array(READ_BYTES);
      let length = 0;
      for (let n = file.readSync(bytes); n !== null; n = file.readSync(bytes.subarray(length))) {
        length += n;
        if (length > most) throw new Error(tooLarge(most));
        if (length === bytes.length) bytes = grown(bytes);
      }
      return { bytes: bytes.slice(0, length), stat: toStat(info) };
    } finally {
      file.close();
    }
  });
}

/** A byte order mark stays, as it does in Deno.readTextFile. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

class DenoFile implements OpenFile {
  #file: Deno.FsFile | undefined;

  constructor(file: Deno.FsFile, private readonly path: string) {
    this.#file = file;
  }

  read(into: Uint8Array): number | null {
    return attempt("read", this.path, () => this.#open().readSync(into));
  }

  seek(offset: number): void {
    attempt("seek", this.path, () => this.#open().seekSync(offset, Deno.SeekMode.Start));
  }

  write(bytes: Uint8Array): void {
    attempt("write", this.path, () => {
      for (let done = 0; done < bytes.length;) {
        done += this.#open().writeSync(done === 0 ? bytes : bytes.subarray(done));
      }
    });
  }

  size(): number {
    return attempt("stat", this.path, () => this.#open().statSync().size);
  }

  sync(): void {
    attempt("sync", this.path, () => this.#open().syncSync());
  }

  setModified(time: FileTime): void {
    quietly(() => this.#open().utimeSync(toSeconds(time), toSeconds(time)));
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #open(): Deno.FsFile {
    if (this.#file === undefined) throw new Error("the file is closed");
    return this.#file;
  }
}

const PIECE_BYTES = 1024 * 1024;

async function* readPieces(path: string, expected: number): AsyncGenerator<Uint8Array> {
  let file: Deno.FsFile | undefined;
  try {
    refuseIrregular(await Deno.stat(path));
    file = await Deno.open(path);
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, expected + 1));
    for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
      yield buffer.subarray(0, n);
    }
  } catch (error) {
    throw toFsError("read", path, error);
  } finally {
    file?.close();
  }
}

/** Directories are made writable first: a published tree is 0555 throughout. */
function removeTree(path: string): void {
  const stat = denoFs.lstat(path);
  if (stat === undefined) return;
  if (stat.kind === "directory") {
    if ((stat.mode & 0o700) !== 0o700) denoFs.chmod(path, 0o700);
    for (const entry of denoFs.readDir(path)) removeTree(`${path}/${entry.name}`);
  }
  denoFs.remove(path);
}

function syncDirectory(path: string): void {
  const directory = Deno.openSync(path, { read: true });
  try {
    directory.syncSync();
  } finally {
    directory.close();
  }
}

/** Whole milliseconds, which is what Deno passes on; rounding up could mean the next second. */
function toSeconds({ seconds, nanoseconds }: FileTime): number {
  return seconds + Math.floor(nanoseconds / 1e6) / 1000;
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // As the port says: a time is never worth a failure.
  }
}

function toStat(info: Deno.FileInfo): FileStat {
  return {
    kind: kindOf(info),
    size: info.size,
    mode: (info.mode ?? 0) & 0o7777,
    mtimeMs: info.mtime?.getTime() ?? 0,
    dev: info.dev,
    ino: info.ino ?? 0,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
  };
}

function toEntry(entry: Deno.DirEntry): DirEntry {
  return { name: entry.name, kind: kindOf(entry) };
}

function kindOf(
  info: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): FileKind {
  if (info.isSymlink) return "symlink";
  if (info.isDirectory) return "directory";
  return info.isFile ? "file" : "other";
}

function absentIsUndefined<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof FsError && (error.errno === "ENOENT" || error.errno === "ENOTDIR")) {
      return undefined;
    }
    throw error;
  }
}
