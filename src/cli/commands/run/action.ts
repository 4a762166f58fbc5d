import type { BootAction } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { readSettings } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { start } from "../start.ts";

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
  const request = { kind: "run", target, args: bundle ? flags.rest : args } as const;
  if (flags.values.has("dry-run") || flags.values.has("json")) {
    const { explain } = await import("../explain/action.ts");
    return await explain([request], { flags, config, logger, host });
  }
  return await start(request, { config, logger, host });
}
