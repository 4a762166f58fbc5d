import { denoEnvironment } from "./deno_environment.ts";
import { hostFs } from "./host_fs.ts";
import type { Output, ProcessInfo, Terminal } from "./ports.ts";
import { putSignal, takeSignal, umask } from "./libc_cold.ts";
import { SIG_IGN } from "./libc_signals.ts";

const SIGHUP = 1;

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
  ignoreHangUps: () => {
    const before = takeSignal(SIGHUP);
    putSignal(SIGHUP, SIG_IGN);
    return () => putSignal(SIGHUP, before);
  },
};

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
