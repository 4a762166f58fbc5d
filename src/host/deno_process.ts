import { hostFs } from "./host_fs.ts";
import type { Environment, Output, ProcessInfo, Terminal } from "./ports.ts";
import { putSignal, takeSignal, umask } from "./libc_cold.ts";

export const denoEnvironment: Environment = {
  get: (name) => {
    try {
      return Deno.env.get(name);
    } catch {
      // Set, but not UTF-8.
      return undefined;
    }
  },
  has: (name) => Deno.env.has(name),
  names: () => {
    try {
      return Object.keys(Deno.env.toObject());
    } catch {
      // One value that is not UTF-8 makes the whole listing fail.
      return [];
    }
  },
};

const SIGNALS = [["SIGINT", 2], ["SIGTERM", 15]] as const;
const SIGHUP = 1;
const SIG_IGN = 1n;

export const denoProcess: ProcessInfo = {
  pid: Deno.pid,
  get uid() {
    return Deno.uid() ?? 0;
  },
  platform: Deno.build.os === "darwin" ? "darwin" : "linux",
  arch: Deno.build.arch,
  runtime: { version: Deno.version.deno, target: Deno.build.target },
  cwd: () => Deno.cwd(),
  randomId: () => crypto.randomUUID().replaceAll("-", ""),
  umask,
  endOnSignals,
  ignoreHangUps: () => {
    const before = takeSignal(SIGHUP);
    putSignal(SIGHUP, SIG_IGN);
    return () => putSignal(SIGHUP, before);
  },
};

let ending = false;

/**
 * The kernel drops signals without a handler that are sent to PID 1 from inside its namespace, and
 * `docker stop` would wait ten seconds for nothing. Everywhere else the default action ends the
 * process at once, also in the middle of synchronous work, and needs nothing from us.
 *
 * Deno's first listener makes it catch SIGHUP, SIGINT and SIGTERM together and never again, so what
 * was inherited is looked at before and put back after; one that was ignored (nohup) must stay
 * ignored across exec.
 */
function endOnSignals(): void {
  if (Deno.pid !== 1 || ending) return;
  ending = true;
  const hangUp = takeSignal(SIGHUP);
  const inherited = SIGNALS.map(([, number]) => takeSignal(number));
  for (const [name, number] of SIGNALS) {
    Deno.addSignalListener(name, () => Deno.exit(128 + number));
  }
  putSignal(SIGHUP, hangUp);
  SIGNALS.forEach(([, number], index) => {
    if (inherited[index] === SIG_IGN) putSignal(number, SIG_IGN);
  });
}

export const denoOutput: Output = {
  stdout: (text) => writeAll(Deno.stdout, text),
  stderr: (text) => writeAll(Deno.stderr, text),
  get stdoutTerminal() {
    return terminal(Deno.stdout);
  },
  get stderrTerminal() {
    return terminal(Deno.stderr);
  },
  get stderrIsJournal() {
    return isJournal(denoEnvironment.get("JOURNAL_STREAM"));
  },
};

/** systemd.exec(5): device and inode of the stream, as a redirected child inherits the variable, too. */
function isJournal(stream: string | undefined): boolean {
  if (!stream) return false;
  try {
    const stat = hostFs.stat("/proc/self/fd/2");
    return stat !== undefined && stream === `${stat.dev}:${stat.ino}`;
  } catch {
    return false;
  }
}

/** A closed or broken stream is not worth an error: there is nobody left to tell. */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
  } catch {
    // see above
  }
}

function terminal(stream: { isTerminal(): boolean }): Terminal {
  const isTerminal = stream.isTerminal() && denoEnvironment.get("TERM") !== "dumb";
  return {
    isTerminal,
    colour: isTerminal && !Deno.noColor,
    columns: isTerminal ? columns() : 80,
  };
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}
