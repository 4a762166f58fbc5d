import type { Config } from "../../config/config.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { BootAction } from "../action.ts";
import type { Logger } from "../logger.ts";

/** The plan as `main.ts` wants it, with the words for a kernel that refuses it. */
export function launch(
  plan: LaunchPlan,
  { spawn }: Pick<Config, "spawn">,
  logger: Logger,
): BootAction {
  logger.log("debug", "exec", `exec ${plan.argv.join(" ")}`, {
    executable: plan.executable,
    argv: plan.argv,
    pythonpath: plan.set.get("PYTHONPATH"),
  });
  const refused = (cause: Error): BootAction => ({
    kind: "exit",
    code: logger.error(
      new EdgebootError("PYTHON_NOT_EXECUTABLE", {
        what: `cannot execute ${plan.executable}`,
        why: cause.message,
        next: nextStep(cause.message, spawn),
      }, { cause }),
    ),
  });
  return { kind: spawn ? "spawn" : "exec", plan, refused };
}

/** A kernel that refuses execve to us refuses it to a child, too. */
function nextStep(why: string, spawn: boolean): string {
  if (/operation not permitted/i.test(why)) {
    return "a seccomp filter or a security module refuses execve: allow it in the sandbox's profile" +
      (spawn ? "" : "; --spawn needs it as well");
  }
  return "check that it is a program for this machine, that its file system is not mounted noexec, " +
    "and that arguments and environment are within `getconf ARG_MAX`";
}
