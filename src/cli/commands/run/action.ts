import { planRun } from "../../../app/start/start.ts";
import type { BootAction } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { openContext, readSettings } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { watched } from "../../watch.ts";
import { launch } from "../launch.ts";

/** `edgeboot run`: the way of every start. */
export async function runCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const bundle = bundleTarget("run", flags, host.process.cwd);
  const [app, ...args] = flags.rest;
  if (bundle === undefined && app === undefined) {
    throw usage({ command: "run" }, "an app is missing: edgeboot run APP[@REF] [ARGS…]");
  }
  const target = bundle ?? appTarget(app!);
  const request = { target, args: bundle ? flags.rest : args };
  if (flags.values.has("dry-run") || flags.values.has("json")) {
    const { explain } = await import("../explain/action.ts");
    return await explain([{ kind: "run", request }], { flags, config, logger, host });
  }
  return await watched({ command: "run", target, config, logger, host }, async (watcher) => {
    const context = openContext(config, logger, host, target, watcher);
    return launch(await planRun(request, context), context, logger);
  });
}
