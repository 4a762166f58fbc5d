import { CONTROL_VARIABLES } from "../../config/settings.ts";
import { composePlan, type LaunchPlan } from "../../launch/plan.ts";
import type { Program } from "../../launch/program.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./environment.ts";
import type { ResolvedRelease } from "./resolved_release.ts";

/** The program in the environment of its release: what `main.ts` executes. */
export function planLaunch(
  program: Program,
  { trees, scripts, support }: Environment,
  { app, version, digest, body }: ResolvedRelease,
  { host, config }: Pick<Context, "host" | "config">,
): LaunchPlan {
  return composePlan({
    ...{ program, trees, scripts, support },
    releaseEnv: body.env,
    inherited: host.env,
    inheritPythonPath: config.inheritPythonPath,
    controlVariables: CONTROL_VARIABLES,
    identity: { app, version, digest: `sha256:${digest}` },
  });
}
