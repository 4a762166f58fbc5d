import { Children, type Ending } from "./libc_children.ts";
import { hideSecrets } from "./libc_secrets.ts";
import { defaultSignalsAsPidOne } from "./libc_signals.ts";

/** What a supervisor sends and a program can act on; SIGKILL and SIGSTOP cannot be caught. */
const FORWARDED = Deno.build.os === "linux"
  ? {
    ...{ SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGUSR1: 10, SIGUSR2: 12, SIGALRM: 14, SIGTERM: 15 },
    ...{ SIGCONT: 18, SIGURG: 23, SIGVTALRM: 26, SIGWINCH: 28, SIGIO: 29 },
  } as const
  : {
    ...{ SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGALRM: 14, SIGTERM: 15, SIGURG: 16, SIGCONT: 19 },
    ...{ SIGIO: 23, SIGVTALRM: 26, SIGWINCH: 28, SIGUSR1: 30, SIGUSR2: 31 },
  } as const;
type Forwarded = keyof typeof FORWARDED;

const SIGCHLD = Deno.build.os === "linux" ? 17 : 20;

/** On a terminal these reach the whole job (SIGCONT by the shell's fg): passed on, they would come twice. */
const FROM_THE_TERMINAL: readonly Forwarded[] = ["SIGINT", "SIGQUIT", "SIGWINCH", "SIGCONT"];

/**
 * The program as a child, its standard streams and working directory ours. Signals are passed on; its exit
 * code becomes ours, and a signal that ends it ends us. As PID 1 it also takes the status of the processes
 * that others have left behind, which an app that is no init would let pile up as zombies. What cannot be the
 * same: the PID, so that LISTEN_PID and PIDFile= name us, and one process more.
 *
 * @param secrets names of variables that the child does not get: it could read them in /proc/PID/environ
 * @throws Error where the program cannot be started
 */
export async function spawnInstead(
  path: string,
  argv: readonly string[],
  secrets: ReadonlySet<string>,
): Promise<number> {
  const children = new Children();
  hideSecrets(secrets);
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  const reap = () => {
    const ending = children.reap();
    if (ending !== undefined) resolve(ending);
  };
  // Under a parent that ignores SIGCHLD the kernel would take the status itself.
  children.byDefault(SIGCHLD);
  Deno.addSignalListener("SIGCHLD", reap);
  const signals = passOn(children);
  signals.to(children.spawn(path, argv));
  // It may have ended before it had a number here.
  reap();
  // Listeners alone do not keep the runtime from ending.
  const alive = setInterval(reap, 60_000);
  const ending = await ended;
  clearInterval(alive);
  Deno.removeSignalListener("SIGCHLD", reap);
  signals.stop();
  if (ending.kind === "code") return ending.code;
  // As PID 1 no signal would end us: the shell's convention.
  if (Deno.pid !== 1) await endBy(ending.number, children);
  return 128 + ending.number;
}

/**
 * From now on signals are for the child, those included that come before it is there:
 *
 *   supervisor           edgeboot
 *   SIGTERM              listener → waiting
 *                        spawn → child, waiting ones are sent to it
 *
 * One that was inherited as ignored stays so, for the child as well; the runtime's first listener catches
 * SIGHUP, SIGINT and SIGTERM together and never again, so those are put back.
 */
function passOn(children: Children) {
  const onTerminal = Deno.stdin.isTerminal();
  const waiting: number[] = [];
  let child: number | undefined;
  defaultSignalsAsPidOne();
  const all = Object.entries(FORWARDED) as [Forwarded, number][];
  const ignored = all.filter(([, number]) => children.isIgnored(number));
  const listeners = all.filter((entry) => !ignored.includes(entry)).map(([name, number]) => {
    const listener = () => {
      if (onTerminal && FROM_THE_TERMINAL.includes(name)) return;
      if (child === undefined) waiting.push(number);
      else children.kill(child, number);
    };
    Deno.addSignalListener(name, listener);
    return [name, listener] as const;
  });
  for (const [, number] of ignored) children.ignore(number);
  return {
    to(pid: number) {
      child = pid;
      for (const number of waiting) children.kill(pid, number);
    },
    stop() {
      for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}

/** A parent that looks at how we ended must see what it would have seen of the program. */
async function endBy(number: number, children: Children): Promise<void> {
  // Rust ignores SIGPIPE and reports SIGSEGV and SIGBUS as a stack overflow.
  children.byDefault(number);
  children.killSelf(number);
  await new Promise((resolve) => setTimeout(resolve, 100));
}
