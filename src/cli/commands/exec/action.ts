import { planExec } from "../../../app/start/exec.ts";
import type { BootAction } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { openContext, readSettings } from "../../session.ts";
import { appTarget } from "../../target.ts";
import { watched } from "../../watch.ts";
import { launch } from "../launch.ts";

/** `edgeboot exec APP [--] COMMAND [ARGS…]`; the first `--` after APP is ours, all others are not. */
export async function execCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app, ...rest] = flags.rest;
  const [command, ...args] = rest[0] === "--" ? rest.slice(1) : rest;
  if (app === undefined || command === undefined) {
    throw usage({ command: "exec" }, "an app and a command are needed: edgeboot exec APP python");
  }
  const target = appTarget(app);
  const request = { target, command, args };
  if (flags.values.has("dry-run") || flags.values.has("json")) {
    const { explain } = await import("../explain/action.ts");
    return await explain([{ kind: "exec", request }], { flags, config, logger, host });
  }
  return await watched({ command: "exec", target, config, logger, host }, async (watcher) => {
    const context = openContext(config, logger, host, target, watcher);
    return launch(await planExec(request, context), context, logger);
  });
}
