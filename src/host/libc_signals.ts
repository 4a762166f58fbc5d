import { openSlowCalls, startLibc } from "./libc.ts";

/**
 * What a container's runtime or an image's STOPSIGNAL sends. SIGHUP is not among them: it asks services to
 * read their configuration anew.
 */
const ENDING = { SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

export const SIG_DFL = 0n;
export const SIG_IGN = 1n;

/**
 * void end(int signal) { exit_group(128 + signal); }
 *
 * The kernel drops signals without a handler that are sent to PID 1, and `docker stop` would wait ten seconds
 * for nothing. Everywhere else the default action ends the process at once, whatever it is doing, and needs
 * nothing from us. A listener of the runtime is no replacement: it runs when JavaScript next comes to rest,
 * which is after a gigabyte was hashed. A function of libc is none either: `_exit` as a handler would end
 * with the signal's number, and supervisors read 143 as "ended by SIGTERM, as it was told to".
 */
const CODE: Readonly<Record<typeof Deno.build.arch, readonly number[]>> = {
  x86_64: [
    ...[0x81, 0xc7, 0x80, 0x00, 0x00, 0x00], // add  edi, 128
    ...[0xb8, 0xe7, 0x00, 0x00, 0x00], //       mov  eax, 231 (exit_group)
    ...[0x0f, 0x05], //                         syscall
  ],
  aarch64: [
    ...[0x00, 0x00, 0x02, 0x11], // add  w0, w0, #128
    ...[0xc8, 0x0b, 0x80, 0xd2], // mov  x8, #94 (exit_group)
    ...[0x01, 0x00, 0x00, 0xd4], // svc  #0
  ],
};

const SYMBOLS = {
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "usize" },
  mprotect: { parameters: ["usize", "usize", "i32"], result: "i32" },
  put: { name: "memcpy", parameters: ["usize", "buffer", "usize"], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

/** One page is the least; where pages are larger the kernel rounds up. */
const PAGE = 4096n;
const [PROT_READ, PROT_WRITE, PROT_EXEC] = [1, 2, 4];
const MAP_PRIVATE_ANONYMOUS = 0x22;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

let installed = false;

/**
 * As PID 1: SIGTERM, SIGINT and SIGQUIT end this process from now on, in the middle of whatever it does,
 * with 128 and their number. One that was inherited as ignored stays so. exec takes the handlers away.
 */
export function endOnSignalsAsPidOne(): void {
  if (Deno.pid !== 1 || Deno.build.os !== "linux") return;
  const { mmap, mprotect, put } = openSlowCalls(SYMBOLS);
  const page = mmap(0n, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0n);
  if (page === MAP_FAILED) return;
  const code = new Uint8Array(CODE[Deno.build.arch]);
  put(page, code, BigInt(code.length));
  if (mprotect(page, PAGE, PROT_READ | PROT_EXEC) !== 0) return;
  const { signal } = startLibc();
  for (const number of Object.values(ENDING)) {
    if (signal(number, page) === SIG_IGN) signal(number, SIG_IGN);
  }
  installed = true;
}

/** Takes {@link endOnSignalsAsPidOne} back, for a program that lives on and handles them in its own way. */
export function defaultSignalsAsPidOne(): void {
  if (!installed) return;
  const { signal } = startLibc();
  for (const number of Object.values(ENDING)) {
    if (signal(number, SIG_DFL) === SIG_IGN) signal(number, SIG_IGN);
  }
}
