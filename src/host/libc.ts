/**
 * The few libc calls that Deno has no form of. FFI is scoped to these exact paths by the compiled
 * binary's permissions; `Deno.UnsafePointer` would need unscoped FFI, so addresses travel as plain
 * integers. One `dlopen` costs 0.5 ms and 0.045 ms a symbol: the table of a warm start stays small,
 * everything else is opened on first use.
 */
const LIBC_PATHS: Readonly<Record<string, readonly string[]>> = {
  // Debian and Ubuntu (multiarch, merged and unmerged /usr), then Fedora and others.
  "linux-x86_64": [
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
  ],
  "linux-aarch64": [
    "/usr/lib/aarch64-linux-gnu/libc.so.6",
    "/lib/aarch64-linux-gnu/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
  ],
  "darwin-x86_64": ["/usr/lib/libSystem.B.dylib"],
  "darwin-aarch64": ["/usr/lib/libSystem.B.dylib"],
};

/** Looks, leases and exec: what every warm start needs, in one table. */
const START_SYMBOLS = {
  strdup: { parameters: ["buffer"], result: "usize" },
  execv: { parameters: ["buffer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // glibc has it since 2.28.
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
    optional: true,
  },
  // glibc has it since 2.30.
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize", optional: true },
  __errno_location: { parameters: [], result: "usize", optional: true },
  getauxval: { parameters: ["usize"], result: "usize", optional: true },
  strlen: { parameters: ["usize"], result: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

let start: Deno.DynamicLibrary<typeof START_SYMBOLS>["symbols"] | undefined;

/**
 * The calls of a warm start, opened on first use.
 * @throws Error where the C library cannot be opened
 */
export function startLibc(): Deno.DynamicLibrary<typeof START_SYMBOLS>["symbols"] {
  return start ??= openSlowCalls(START_SYMBOLS);
}

/** Passed on in a register that no callee looks at. */
const IGNORED = { struct: ["u8"] } as const;
const IGNORED_VALUE = new Uint8Array(1);

/**
 * For functions that are called once or twice: Deno compiles a fast path for every symbol of a table,
 * 0.1 ms each, but for those with a struct among their parameters. An argument behind the last one is
 * ignored by a C function (System V AMD64 ABI 3.2.3, AAPCS64 6.8.2: the caller lays out and cleans up).
 */
export function openSlowCalls<S extends Deno.ForeignLibraryInterface>(
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  const longer = Object.entries(symbols as unknown as Record<string, Deno.ForeignFunction>).map(
    ([name, symbol]) => [name, { ...symbol, parameters: [...symbol.parameters, IGNORED] }] as const,
  );
  const opened = openLibc(Object.fromEntries(longer)) as Record<
    string,
    ((...args: unknown[]) => unknown) | null
  >;
  const calls = Object.entries(opened).map(([name, call]) =>
    [name, call && ((...args: unknown[]) => call(...args, IGNORED_VALUE))] as const
  );
  return Object.fromEntries(calls) as unknown as Deno.DynamicLibrary<S>["symbols"];
}

const SIGPIPE = 13;
const SIG_DFL = 0n;

/**
 * Opens the C library of this platform with these symbols.
 * @throws Error where it is at none of its usual places
 */
export function openLibc<S extends Deno.ForeignLibraryInterface>(
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  const failures: string[] = [];
  for (const path of LIBC_PATHS[`${Deno.build.os}-${Deno.build.arch}`] ?? []) {
    try {
      return Deno.dlopen(path, symbols).symbols;
    } catch (error) {
      failures.push(`${path} (${(error as Error).message})`);
    }
  }
  throw new Error(`cannot open the C library: ${failures.join(", ") || "unknown platform"}`);
}

/** A NUL-terminated string; execve(2) would silently cut one that has a NUL inside. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw new TypeError("a NUL character cannot be passed to a program");
  return new TextEncoder().encode(text + "\0");
}

/** The NUL-terminated text at an address; undefined for none. */
export function cText(
  address: bigint,
  { strlen, memcpy }: Pick<ReturnType<typeof startLibc>, "strlen" | "memcpy">,
): string | undefined {
  if (address === 0n) return undefined;
  const bytes = new Uint8Array(Number(strlen(address)));
  memcpy(bytes, address, BigInt(bytes.length));
  return new TextDecoder().decode(bytes);
}

const AT_EXECFN = 31n;

/** The path that execve(2) was called with, a link unresolved; undefined where the system has none. */
export function execFile(): string | undefined {
  try {
    const libc = startLibc();
    return cText(libc.getauxval?.(AT_EXECFN) ?? 0n, libc);
  } catch {
    // Without FFI there is no exec either, and that has its own message.
    return undefined;
  }
}

/**
 * Replaces this process. The environment is libc's own `environ`, so values that are not UTF-8,
 * duplicates and the order pass through untouched; changes were made before with `Deno.env`.
 *
 * Returns only where the kernel refused, with the error.
 */
export function execv(path: string, argv: readonly string[]): Error {
  const libc = startLibc();
  const pointers = new BigUint64Array(argv.length + 1);
  argv.forEach((arg, index) => pointers[index] = libc.strdup(cString(arg)));
  const executable = cString(path);
  // Rust ignores SIGPIPE before main, and exec hands ignored signals on.
  libc.signal(SIGPIPE, SIG_DFL);
  libc.execv(executable, pointers);
  const errno = errnoAfter(() => libc.execv(executable, pointers));
  return new Error(`${EXEC_ERRORS[errno] ?? "the kernel refused"} (errno ${errno})`);
}

/**
 * Makes a call that has just failed fail once more, and returns errno; 0 where it now succeeds. Opening
 * the table for errno may itself set it (a libc path that is not there), so that comes first, and
 * nothing between the call and the reading: `__errno_location` is per thread.
 */
export function errnoAfter(failAgain: () => number): number {
  // Kept open: whoever waits for a lock asks again and again.
  const libc = errnoCalls ??= openErrnoCalls();
  const value = new Int32Array(1);
  if (failAgain() >= 0) return 0;
  libc.copy(value, libc.locate(), 4n);
  return value[0]!;
}

interface ErrnoCalls {
  locate(): bigint;
  copy(to: BufferSource, from: bigint, bytes: bigint): void;
}

let errnoCalls: ErrnoCalls | undefined;

function openErrnoCalls(): ErrnoCalls {
  const libc = openLibc({
    [ERRNO_FUNCTION]: { parameters: [], result: "usize" },
    memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
  });
  return {
    locate: libc[ERRNO_FUNCTION] as ErrnoCalls["locate"],
    copy: libc.memcpy as ErrnoCalls["copy"],
  };
}

const ERRNO_FUNCTION = Deno.build.os === "darwin" ? "__error" : "__errno_location";

/** Those that execve(2) lists and that a reader can act on. */
export const EXEC_ERRORS: Readonly<Record<number, string>> = {
  1: "operation not permitted",
  2: "no such file, or its interpreter or loader is missing",
  7: "the arguments and environment are too long",
  8: "not an executable of this machine",
  12: "out of memory",
  13: "permission denied, or the file system is mounted noexec",
  26: "the file is being written",
};
