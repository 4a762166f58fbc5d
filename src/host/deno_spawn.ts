import { takeSignal } from "./libc_cold.ts";

/** What a supervisor sends and a program can act on; SIGKILL and SIGSTOP cannot be caught. */
const FORWARDED = [
  ...["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"],
  ...["SIGCONT", "SIGALRM", "SIGURG", "SIGVTALRM", "SIGIO"],
] as const satisfies readonly Deno.Signal[];

/** On a terminal these reach the whole job (SIGCONT by the shell's fg): passed on, they would come twice. */
const FROM_THE_TERMINAL: readonly Deno.Signal[] = ["SIGINT", "SIGQUIT", "SIGWINCH", "SIGCONT"];

/**
 * For who wants edgeboot to stay the parent (`--spawn`): the program as a child, its standard streams and
 * working directory ours. No way round a kernel that refuses execve, as a child needs it, too. Signals are passed on; its exit code becomes ours, and a signal that ends it ends us.
 * What cannot be the same: the PID, so that LISTEN_PID and PIDFile= name us, and one process more.
 *
 * @throws Error where the program cannot be started
 */
export async function spawnInstead(path: string, argv: readonly string[]): Promise<number> {
  const child = new Deno.Command(path, {
    args: argv.slice(1),
    ...{ stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const,
  }).spawn();
  const onTerminal = Deno.stdin.isTerminal();
  const stop: (() => void)[] = [];
  for (const signal of FORWARDED) {
    const passOn = () => {
      try {
        if (!onTerminal || !FROM_THE_TERMINAL.includes(signal)) child.kill(signal);
      } catch {
        // It has just ended.
      }
    };
    Deno.addSignalListener(signal, passOn);
    stop.push(() => Deno.removeSignalListener(signal, passOn));
  }
  const { code, signal } = await child.status;
  stop.forEach((remove) => remove());
  if (signal !== null) await endBy(signal);
  // As PID 1, or with a signal that has no default action to end by, the shell's convention.
  return code;
}

/** SIGPIPE it ignores, the others report a stack overflow; all else has its default action again. */
const HANDLED_BY_RUST: Partial<Record<Deno.Signal, number>> = Deno.build.os === "linux"
  ? { SIGPIPE: 13, SIGSEGV: 11, SIGBUS: 7 }
  : {};

/** A parent that looks at how we ended must see what it would have seen of the program. */
async function endBy(signal: Deno.Signal): Promise<void> {
  try {
    const number = HANDLED_BY_RUST[signal];
    if (number !== undefined) takeSignal(number);
    Deno.kill(Deno.pid, signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
  } catch {
    // Not one that can be sent.
  }
}
