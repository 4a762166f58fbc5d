import { hostFs } from "./host_fs.ts";
import { openLibc } from "./libc.ts";

const SYMBOLS = {
  memset: { parameters: ["usize", "i32", "usize"], result: "usize" },
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const PR_SET_DUMPABLE = 4;
const ASTERISK = 0x2a;

/**
 * The kernel shows the environment and the arguments that a process was started with, in the very memory where
 * execve(2) put them, to everybody who may trace it; unsetenv(3) leaves the bytes there. So a child could read
 * in /proc/PID/environ of its parent what was kept from itself. Here the bytes are overwritten: the values of
 * `names`, and what is secret in a URL among the arguments.
 *
 * In addition this process is no longer dumpable: its memory can be read by root alone, and it leaves no core
 * dump beside its child's.
 */
export function hideSecrets(names: ReadonlySet<string>): void {
  if (Deno.build.os !== "linux") return;
  const { memset, prctl } = openLibc(SYMBOLS);
  const { args, environment } = initialMemory(hostFs.readText("/proc/self/stat"));
  const wipe = (start: bigint, { at, length }: Span) =>
    void memset(start + BigInt(at), ASTERISK, BigInt(length));
  for (const span of valuesOf(hostFs.readBytes("/proc/self/environ"), names)) {
    wipe(environment, span);
  }
  for (const span of secretUrls(hostFs.readBytes("/proc/self/cmdline"))) wipe(args, span);
  prctl(PR_SET_DUMPABLE, 0n, 0n, 0n, 0n);
}

/** Bytes of a block: where they begin, and how many. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/**
 * proc(5), /proc/pid/stat: arg_start is field 48, env_start 50. The name of the program, field 2, is in
 * parentheses and may hold anything, so fields are counted from the last closing one.
 */
export function initialMemory(stat: string): { args: bigint; environment: bigint } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).trim().split(" ");
  const field = (number: number) => BigInt(fields[number - 3]!);
  return { args: field(48), environment: field(50) };
}

/** Where the values of these variables lie, also of one that is there twice. */
export function valuesOf(block: Uint8Array, names: ReadonlySet<string>): Span[] {
  return entries(block).flatMap(({ text, at, length }) => {
    const equals = text.indexOf("=");
    if (equals < 0 || !names.has(text.slice(0, equals))) return [];
    return [{ at: at + equals + 1, length: length - equals - 1 }];
  });
}

/** Arguments, or what follows `--flag=`, that are URLs with credentials or a query: all of the URL. */
export function secretUrls(block: Uint8Array): Span[] {
  return entries(block).flatMap(({ text, at, length }) => {
    const flag = /^--[a-z-]+=/.exec(text)?.[0].length ?? 0;
    const value = text.slice(flag);
    if (!value.includes("://") || !URL.canParse(value)) return [];
    const { username, password, search } = new URL(value);
    const secret = username !== "" || password !== "" || search !== "";
    return secret ? [{ at: at + flag, length: length - flag }] : [];
  });
}

/** NUL-terminated texts, read byte by byte so that places in the text are places in the block. */
function entries(block: Uint8Array): { text: string; at: number; length: number }[] {
  const found = [];
  for (let at = 0; at < block.length;) {
    const end = block.indexOf(0, at);
    const length = (end < 0 ? block.length : end) - at;
    const text = Array.from(block.subarray(at, at + length), (byte) => String.fromCharCode(byte));
    found.push({ text: text.join(""), at, length });
    at += length + 1;
  }
  return found;
}
