import { cString, openLibc } from "./libc.ts";

/** What is only needed while the cache is written: opened on first use, never on a warm start. */
const COLD_SYMBOLS = {
  umask: { parameters: ["u32"], result: "u32" },
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  // On another thread, so that the next layer goes on while this one reaches the disk.
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true, optional: true },
} as const satisfies Deno.ForeignLibraryInterface;

let opened: Deno.DynamicLibrary<typeof COLD_SYMBOLS>["symbols"] | undefined;

function libc() {
  return opened ??= openLibc(COLD_SYMBOLS);
}

export function umask(mask: number): number {
  return libc().umask(mask);
}

const SIG_DFL = 0n;

/** Sets the default action and returns the one before, as an opaque number. */
export function takeSignal(number: number): bigint {
  return libc().signal(number, SIG_DFL);
}

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
  const descriptor = open(cString(path), O_RDONLY_CLOEXEC, 0);
  if (descriptor < 0) throw new Deno.errors.NotFound(`cannot open ${path} to sync it`);
  try {
    if (await syncfs(descriptor) !== 0) {
      throw new Error("the file system could not write everything back");
    }
  } finally {
    close(descriptor);
  }
}
