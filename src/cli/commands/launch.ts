import type { Context } from "../../app/context.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { BootAction } from "../action.ts";
import type { Logger } from "../logger.ts";

/** The plan as `main.ts` wants it, with the words for a kernel that refuses it. */
export function launch(
  plan: LaunchPlan,
  { config: { spawn }, report }: Pick<Context, "config" | "report">,
  logger: Logger,
): BootAction {
  const how = spawn ? "spawn" : "exec";
  const { executable, argv } = plan;
  report.event({ kind: "exec", how, executable, argv, pythonpath: plan.set.get("PYTHONPATH") });
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
  return { kind: how, plan, refused };
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
