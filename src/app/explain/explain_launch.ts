import type { LaunchPlan } from "../../launch/plan.ts";
import { displayValue } from "../../model/location.ts";
import type { Context } from "../context.ts";
import type { ExplainedLaunch } from "./explanation.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";

/** What the release gives to a variable of such a name is not for screens and logs. */
const SECRET = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE|_KEY$|_DSN$/i;

/** The plan for people; it is itself what is executed. */
export function explainLaunch(
  { executable, argv, set, unset }: LaunchPlan,
  { body }: ResolvedRelease,
  { config, host }: Context,
): ExplainedLaunch {
  const fromRelease = new Set([...body.env.set, ...body.env.defaults].map(([name]) => name));
  const shown = (name: string, value: string) => {
    if (!fromRelease.has(name)) return value;
    return SECRET.test(name) ? "(secret)" : displayValue(value);
  };
  return {
    how: config.spawn ? "spawn" : "exec",
    executable,
    argv,
    directory: host.process.cwd(),
    environment: {
      set: Object.fromEntries([...set].map(([name, value]) => [name, shown(name, value)])),
      unset: [...unset].filter((name) => host.env.has(name)),
    },
  };
}
