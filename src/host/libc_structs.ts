import type { DirEntry, FileKind, FileStat } from "./ports.ts";

/**
 * Constants of fcntl.h and sys/stat.h, and the layouts of statx(2) and getdents64(2): of Linux, the same on
 * every architecture.
 */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_EMPTY_PATH = 0x1000;
/** The empty path of a call that is about a descriptor. */
export const EMPTY = new Uint8Array(1);
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BYTES = 256;
export const PIECE_OF_DIRECTORY = 64 * 1024;

const FILE_TYPE = 0o170000;
const KINDS: Readonly<Record<number, FileKind>> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "symlink",
};

/** struct statx, statx(2). */
export function readStat(view: DataView): FileStat {
  const mode = view.getUint16(28, true);
  const seconds = Number(view.getBigInt64(112, true));
  return {
    kind: KINDS[mode & FILE_TYPE] ?? "other",
    size: Number(view.getBigUint64(40, true)),
    mode: mode & 0o7777,
    mtimeMs: seconds * 1000 + Math.floor(view.getUint32(120, true) / 1e6),
    dev: deviceNumber(view.getUint32(136, true), view.getUint32(140, true)),
    ino: Number(view.getBigUint64(32, true)),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
  };
}

/** makedev(3), so that the number is the one that stat(2) gives. */
function deviceNumber(major: number, minor: number): number {
  const low = ((major & 0xfff) << 8 | (minor & 0xff)) >>> 0;
  const high = (major & ~0xfff) >>> 0;
  return low + (minor & ~0xff) * 2 ** 12 + high * 2 ** 32;
}

const ENTRY_KINDS: Readonly<Record<number, FileKind>> = {
  4: "directory",
  8: "file",
  10: "symlink",
};

const NAMES = new TextDecoder();

/** struct linux_dirent64, getdents64(2): adds what is in the first `length` bytes. */
export function readEntries(bytes: Uint8Array, length: number, entries: DirEntry[]): void {
  for (let at = 0; at < length; at += bytes[at + 16]! | bytes[at + 17]! << 8) {
    const name = NAMES.decode(bytes.subarray(at + 19, bytes.indexOf(0, at + 19)));
    if (name === "." || name === "..") continue;
    entries.push({ name, kind: ENTRY_KINDS[bytes[at + 18]!] ?? "other" });
  }
}
