import { command, type Ended } from "../command.ts";
import { needsProgram } from "../e2e.ts";

/** Why no system call can be counted or made to fail here, or undefined. */
export const needsStrace = await needsProgram("strace", "-f", "-qq", "-b", "execve", "true");

/** One system call as strace saw it. */
export interface Call {
  readonly thread: number;
  readonly name: string;
  /** Among the calls of this name by this thread, from 1: what strace's `when=` counts. */
  readonly nth: number;
  /** arguments and result, with the paths of descriptors */
  readonly text: string;
}

/** What may differ on disk before and after. `?`: another architecture may not have it. */
export const CHANGING = [
  ...["openat", "?open", "?creat", "?mkdir", "mkdirat", "write", "writev", "pwrite64", "pwritev"],
  ...["?rename", "renameat", "renameat2", "?link", "linkat", "?symlink", "symlinkat", "?unlink"],
  ...["unlinkat", "?rmdir", "?chmod", "fchmod", "fchmodat", "fsync", "fdatasync", "syncfs"],
  ...["ftruncate", "truncate", "fallocate", "flock", "fcntl", "utimensat", "close", "sendfile"],
  ...["copy_file_range"],
];

/** What only looks. */
export const LOOKING = [
  ...["statx", "newfstatat", "?stat", "?lstat", "fstat", "?readlink", "readlinkat", "?access"],
  ...["faccessat", "faccessat2", "getdents64", "read", "pread64", "lseek", "statfs", "fstatfs"],
];

export interface Injection {
  readonly call: Pick<Call, "name" | "nth">;
  /** `signal=KILL`, `error=ENOSPC`; the call itself is not made */
  readonly what: string;
  /** Also at every later call of that name. */
  readonly onwards?: boolean | undefined;
}

export interface TraceOptions {
  readonly calls: readonly string[];
  /** a path that the traced user may write */
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** numeric; the user is this process's where it is not given */
  readonly uid?: number | undefined;
  readonly injection?: Injection | undefined;
  /** Programs that the traced one starts, or becomes, are traced as well. */
  readonly across?: "exec";
  readonly timeoutMs?: number;
}

export interface Traced {
  readonly ended: Ended;
  readonly calls: readonly Call[];
  readonly hung: boolean;
}

const TIMEOUT_MS = 60_000;

/** Runs a program under strace, all of its threads, and not what it starts. */
export async function trace(program: readonly string[], options: TraceOptions): Promise<Traced> {
  const { calls, log, env, cwd, injection } = options;
  const inject = injection === undefined ? [] : ["-e", injectionText(injection)];
  const detach = options.across === "exec" ? [] : ["-b", "execve"];
  const args = [
    ...["strace", "-f", "-qq", "-y", ...detach, "-s", "16", "-o", log],
    ...["-e", `trace=${calls.join(",")}`, ...inject, ...program],
  ];
  const [first, ...rest] = asUser(options.uid, args);
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const ended = await command(first!, rest, { env, clearEnv: true, cwd, signal });
  const text = await Deno.readTextFile(log);
  await Deno.remove(log);
  return { ended, calls: parseTrace(text), hung: signal.aborted };
}

function injectionText({ call: { name, nth }, what, onwards }: Injection): string {
  return `inject=${name}:${what}:when=${nth}${onwards ? "+" : ""}`;
}

export function asUser(uid: number | undefined, args: readonly string[]): string[] {
  if (uid === undefined) return [...args];
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", ...args];
}

const LINE = /^(\d+) +([a-z0-9_]+)\((.*)$/;

/** Lines read `4711 close(3</etc/passwd>) = 0`; a call that was interrupted is counted where it began. */
export function parseTrace(log: string): Call[] {
  const counters = new Map<string, number>();
  return log.split("\n").flatMap((line) => {
    const match = LINE.exec(line);
    if (match === null) return [];
    const [, thread, name, text] = match as unknown as [string, string, string, string];
    const nth = (counters.get(`${thread} ${name}`) ?? 0) + 1;
    counters.set(`${thread} ${name}`, nth);
    return [{ thread: Number(thread), name, nth, text }];
  });
}

/** A call that has to do with what lies at or below `root`, and which of several equal ones it is. */
export interface Site {
  readonly call: Call;
  /** The same in every run: call, paths with their random parts taken out, how it is opened, ordinal. */
  readonly key: string;
}

export function sitesBelow(
  root: string,
  calls: readonly Call[],
  rename: (path: string) => string,
): Site[] {
  const seen = new Map<string, number>();
  return calls.flatMap((call) => {
    const paths = pathsBelow(root, call.text);
    if (paths.length === 0) return [];
    const how = /\bO_[A-Z_|]+|\bLOCK_[A-Z_|]+/.exec(call.text)?.[0] ?? "";
    const places = paths.map((path) => rename(path.slice(root.length + 1))).join(" ");
    const base = [call.name, places, how].filter((part) => part !== "").join(" ");
    const ordinal = (seen.get(base) ?? 0) + 1;
    seen.set(base, ordinal);
    return [{ call, key: `${base} #${ordinal}` }];
  });
}

function pathsBelow(root: string, text: string): string[] {
  // Without the result, which a call that was interrupted has not, and where links are followed.
  const found = [...text.replace(/\) += .*$/, "").matchAll(/[<"](\/[^">]*)[">]/g)].map((match) =>
    match[1]!
  );
  return [...new Set(found)].filter((path) => path === root || path.startsWith(`${root}/`));
}

/**
 * Where a killing injection struck: the counters are kept for each thread, so it is the first call of that
 * name that was the nth of its thread. Read from the trace of the run itself, and never assumed.
 */
export function struck(calls: readonly Call[], { call }: Injection): Call | undefined {
  return calls.find(({ name, nth }) => name === call.name && nth === call.nth);
}
