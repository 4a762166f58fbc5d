import { errnoName, errnoText } from "./errno.ts";
import { cString, errnoAfter, openLibc, startLibc } from "./libc.ts";
import { type FileSystemUse, FsError } from "./ports.ts";

/** What is only needed while the cache is written: opened on first use, never on a warm start. */
const COLD_SYMBOLS = {
  umask: { parameters: ["u32"], result: "u32" },
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  statfs: { parameters: ["buffer", "buffer"], result: "i32" },
  // On another thread, so that the next layer goes on while this one reaches the disk.
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true, optional: true },
} as const satisfies Deno.ForeignLibraryInterface;

let opened: Deno.DynamicLibrary<typeof COLD_SYMBOLS>["symbols"] | undefined;

function libc() {
  return opened ??= openLibc(COLD_SYMBOLS);
}

/** Sets the file mode mask and returns the one before. */
export function umask(mask: number): number {
  return libc().umask(mask);
}

const SIG_DFL = 0n;

/** Sets the default action and returns the one before, as an opaque number. */
export function takeSignal(number: number): bigint {
  return libc().signal(number, SIG_DFL);
}

/** Puts back what {@link takeSignal} returned. */
export function putSignal(number: number, action: bigint): void {
  libc().signal(number, action);
}

const O_RDONLY_CLOEXEC = 0o2000000;

/**
 * syncfs(2): waits until everything written to the file system of `path` is on the disk. Where the C
 * library has none (macOS), sync by file remains to the caller's directory syncs.
 */
export async function syncFileSystem(path: string): Promise<void> {
  const { open, close, syncfs } = libc();
  if (syncfs === null || syncfs === undefined) return;
  const name = cString(path);
  let descriptor = open(name, O_RDONLY_CLOEXEC, 0);
  if (descriptor < 0) {
    const errno = errnoAfter(() => descriptor = open(name, O_RDONLY_CLOEXEC, 0));
    if (errno !== 0) {
      throw new FsError(errnoName(errno), "sync", path, new Error(errnoText(errno)));
    }
  }
  try {
    if (await syncfs(descriptor) !== 0) {
      throw new Error("the file system could not write everything back");
    }
  } finally {
    close(descriptor);
  }
}

/** Makes `text` the whole content of an open file; a failure leaves less of it. */
export function replaceContent(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  libc().ftruncate(descriptor, 0n);
  libc().pwrite(descriptor, bytes, BigInt(bytes.length), 0n);
}

const W_OK_X_OK = 3;

/** Also false on a read-only file system, which mode bits do not tell. */
export function mayWrite(path: string): boolean {
  return startLibc().access(cString(path), W_OK_X_OK) === 0;
}

/** struct statfs of Linux, the same on x86-64 and arm64 (asm-generic/statfs.h, 64-bit words). */
const STATFS = {
  ...{ bytes: 120, bsize: 8, blocks: 16, bavail: 32, files: 40, ffree: 48, frsize: 72 },
} as const;

/**
 * What any user may still write: root in a container has no right to what is reserved for root. Undefined
 * where the file system does not say (it then states no blocks), and on macOS, whose struct is another.
 */
export function fileSystemUse(path: string): FileSystemUse | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const buffer = new Uint8Array(STATFS.bytes);
  if (libc().statfs(cString(path), buffer) !== 0) return undefined;
  const view = new DataView(buffer.buffer);
  const word = (offset: number) => Number(view.getBigUint64(offset, true));
  if (word(STATFS.blocks) === 0) return undefined;
  const unit = word(STATFS.frsize) || word(STATFS.bsize);
  return {
    freeBytes: word(STATFS.bavail) * unit,
    totalBytes: word(STATFS.blocks) * unit,
    freeInodes: word(STATFS.files) === 0 ? undefined : word(STATFS.ffree),
  };
}

/** OVERLAYFS_SUPER_MAGIC of linux/magic.h; the first word of struct statfs is the type. */
const OVERLAYFS = 0x794c7630n;

/** Whether a directory is on overlayfs. */
export function isOverlay(path: string): boolean {
  if (Deno.build.os !== "linux") return false;
  const buffer = new Uint8Array(STATFS.bytes);
  if (libc().statfs(cString(path), buffer) !== 0) return false;
  return new DataView(buffer.buffer).getBigUint64(0, true) === OVERLAYFS;
}

/** Files that may still be made; see {@link fileSystemUse}. */
export function freeInodes(path: string): number | undefined {
  return fileSystemUse(path)?.freeInodes;
}

/** Bytes that any user may still write to the file system of `path`; see {@link fileSystemUse}. */
export function freeBytes(path: string): number | undefined {
  return fileSystemUse(path)?.freeBytes;
}
