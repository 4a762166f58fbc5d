import type { BootAction } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { readSettings } from "../../session.ts";
import { appTarget } from "../../target.ts";
import { start } from "../start.ts";

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
  const request = { kind: "exec", target, command, args } as const;
  if (flags.values.has("dry-run") || flags.values.has("json")) {
    const { explain } = await import("../explain/action.ts");
    return await explain([request], { flags, config, logger, host });
  }
  return await start(request, { config, logger, host });
}
