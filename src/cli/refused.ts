import { EdgebootError } from "../model/errors.ts";
import type { Host } from "../host/ports.ts";
import type { Exit, Launch } from "./action.ts";
import { Logger } from "./logger.ts";

/** Reports that the kernel has refused a launch, and says how to end. */
export async function refused(
  { kind, plan, style, watcher }: Launch,
  cause: Error,
  host: Pick<Host, "output" | "clock">,
): Promise<Exit> {
  const error = new EdgebootError("PYTHON_NOT_EXECUTABLE", {
    what: `cannot execute ${plan.executable}`,
    why: cause.message,
    next: nextStep(cause.message, kind),
  }, { cause });
  const code = new Logger(host, style).error(error);
  await watcher?.failed(error);
  return { kind: "exit", code };
}

/** A kernel that refuses execve to us refuses it to a child, too. */
function nextStep(why: string, kind: Launch["kind"]): string {
  if (/operation not permitted/i.test(why)) {
    return "a seccomp filter or a security module refuses execve: allow it in the sandbox's profile" +
      (kind === "spawn" ? "" : "; --spawn needs it as well");
  }
  return "check that it is a program for this machine, that its file system is not mounted noexec, " +
    "and that arguments and environment are within `getconf ARG_MAX`";
}
