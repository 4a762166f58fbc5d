import { CONTROL_VARIABLES } from "../../config/settings.ts";
import { composeRules } from "../../launch/plan.ts";
import type { Program } from "../../launch/program.ts";
import type { VariableRules } from "../../launch/variables.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";
import type { ResolvedRelease } from "./resolved_release.ts";

/** What a program of the release in its environment does to the variables that it inherits. */
export function rulesFor(
  program: Program,
  environment: Environment,
  { app, version, digest, body }: ResolvedRelease,
  { config }: Pick<Context, "config">,
): VariableRules {
  return composeRules({
    ...environment,
    program,
    releaseEnv: body.env,
    inheritPythonPath: config.inheritPythonPath,
    controlVariables: CONTROL_VARIABLES,
    identity: { app, version, digest: `sha256:${digest}` },
  });
}
