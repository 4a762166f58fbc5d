import type { LaunchPlan } from "../../launch/plan.ts";
import type { Program } from "../../launch/program.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { findTreePaths, type TreePaths } from "../../launch/tree_paths.ts";
import { collectToBudget } from "../fetch/budget.ts";
import { bytecodeFor } from "../fetch/bytecode.ts";
import { composeLaunch } from "./compose.ts";
import type { Context } from "../context.ts";
import { leaseTrees } from "./leased_trees.ts";
import { selectPython } from "./python.ts";
import type { Subject } from "./subject.ts";

/** All that a start needs but the program: an interpreter that fits, and the trees under their leases. */
export interface Prepared {
  readonly python: PythonInfo;
  readonly paths: readonly TreePaths[];
  /** The last step: nothing that can fail comes between it and the exec. */
  launch(program: Program): Promise<LaunchPlan>;
}

/** What `run` and `exec` share. `done` is called when all layers are in place. */
export async function prepare(
  subject: Subject,
  done: () => void,
  context: Context,
): Promise<Prepared> {
  const { python, variant } = await selectPython(subject, context);
  const { trees, fetchedLayers, keepAcrossExec } = await leaseTrees(
    subject,
    variant,
    context,
    bytecodeFor(python, context, "start"),
  );
  done();
  const paths = trees.map(({ path, layer }) => findTreePaths(path, layer, python, context.host.fs));
  const launch = async (program: Program) => {
    if (fetchedLayers > 0) await collectToBudget(context);
    keepAcrossExec();
    const plan = await composeLaunch(program, paths, python, subject, context);
    context.report.event({ kind: "phase", phase: "plan" });
    return plan;
  };
  return { python, paths, launch };
}
