import { planExec } from "../../app/exec.ts";
import type { BootAction } from "../action.ts";
import type { Invocation } from "../cli.ts";
import { usage } from "../flags.ts";
import { openContext, readSettings } from "../session.ts";
import { appTarget } from "../target.ts";
import { launch } from "./launch.ts";

/** `edgeboot exec APP [--] COMMAND [ARGS…]`; the first `--` after APP is ours, all others are not. */
export async function execCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app, ...rest] = flags.rest;
  const [command, ...args] = rest[0] === "--" ? rest.slice(1) : rest;
  if (app === undefined || command === undefined) {
    throw usage({ command: "exec" }, "an app and a command are needed: edgeboot exec APP python");
  }
  const context = openContext(config, logger, host);
  const plan = await planExec({ target: appTarget(app), command, args }, context);
  return launch(plan, config, logger);
}
