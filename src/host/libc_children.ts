import { cString, EXEC_ERRORS, openLibc } from "./libc.ts";
import { SIG_DFL, SIG_IGN } from "./libc_signals.ts";

/** For a program that stays the parent of another one; opened when the environment is as the child gets it. */
const SYMBOLS = {
  environ: { type: "usize" },
  strdup: { parameters: ["buffer"], result: "usize" },
  posix_spawn: {
    parameters: ["buffer", "buffer", "usize", "usize", "buffer", "usize"],
    result: "i32",
  },
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  sigaction: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  getpid: { parameters: [], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const WNOHANG = 1;
const SIGPIPE = 13;
/** struct sigaction is 152 bytes with glibc, and begins with the handler. */
const SIGACTION_BYTES = 256;

/** How a child has ended. */
export type Ending =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly number: number };

export class Children {
  readonly #libc = openLibc(SYMBOLS);
  #child: number | undefined;

  /** Whether the signal was inherited as ignored; looks only. */
  isIgnored(number: number): boolean {
    const action = new Uint8Array(SIGACTION_BYTES);
    if (this.#libc.sigaction(number, 0n, action) !== 0) return false;
    return new DataView(action.buffer).getBigUint64(0, true) === SIG_IGN;
  }

  ignore(number: number): void {
    this.#libc.signal(number, SIG_IGN);
  }

  byDefault(number: number): void {
    this.#libc.signal(number, SIG_DFL);
  }

  /**
   * posix_spawn(3): the child has this process's environment as it is now, bytes and order, its descriptors
   * that are not close-on-exec, signal mask and dispositions; but for handlers, which become the default.
   * @throws Error where the kernel refuses
   */
  spawn(path: string, argv: readonly string[]): number {
    const { environ, posix_spawn, signal, strdup } = this.#libc;
    const pointers = new BigUint64Array(argv.length + 1);
    argv.forEach((arg, index) => pointers[index] = strdup(cString(arg)));
    const pid = new Int32Array(1);
    // Rust ignores SIGPIPE before main, and exec hands ignored signals on.
    signal(SIGPIPE, SIG_DFL);
    const errno = posix_spawn(pid, cString(path), 0n, 0n, pointers, environ as bigint);
    signal(SIGPIPE, SIG_IGN);
    if (errno === 0) return this.#child = pid[0]!;
    throw new Error(`${EXEC_ERRORS[errno] ?? "the kernel refused"} (errno ${errno})`);
  }

  /**
   * Takes the status of every child that has ended, those that were left to us included.
   * @returns how the one that was spawned has ended, if it is among them
   */
  reap(): Ending | undefined {
    const status = new Int32Array(1);
    let ending: Ending | undefined;
    for (;;) {
      const pid = this.#libc.waitpid(-1, status, WNOHANG);
      if (pid <= 0) return ending;
      if (pid === this.#child) ending = endingOf(status[0]!);
    }
  }

  kill(pid: number, number: number): void {
    // A child that has ended is not taken before its status is, so this is no other process.
    this.#libc.kill(pid, number);
  }

  killSelf(number: number): void {
    this.#libc.kill(this.#libc.getpid(), number);
  }
}

/** wait(2), WIFEXITED and WTERMSIG: the same on Linux and macOS. */
export function endingOf(status: number): Ending {
  const number = status & 0x7f;
  return number === 0 ? { kind: "code", code: (status >> 8) & 0xff } : { kind: "signal", number };
}
