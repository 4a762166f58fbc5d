import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { readSettings } from "../../session.ts";
import { appTarget } from "../../target.ts";
import { start } from "../start.ts";

/** `edgeboot exec APP [--] COMMAND [ARGS…]`; the first `--` after APP is ours, all others are not. */
export async function execCommand({ flags, host, useLogger }: Invocation): Promise<Outcome> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app, command, ...args] = flags.rest;
  const request = { kind: "exec", target: appTarget(app!), command: command!, args } as const;
  if (flags.values.has("dry-run")) {
    const { explain } = await import("../explain/action.ts");
    return await explain(request, { flags, config, logger, host });
  }
  return await start(request, { config, logger, host });
}
