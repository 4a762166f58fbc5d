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
        next: "check that it is a program for this machine, that its file system is not mounted " +
          "noexec, and that arguments and environment are within `getconf ARG_MAX`; where a " +
          "sandbox refuses exec itself, --spawn starts it as a child",
      }, { cause }),
    ),
  });
  return { kind: how, plan, refused };
}
