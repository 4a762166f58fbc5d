import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { readSettings } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { start } from "../start.ts";

/** `edgeboot run`: the way of every start. */
export async function runCommand({ flags, host, useLogger }: Invocation): Promise<Outcome> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const bundle = bundleTarget(flags, host.process.cwd);
  const [app, ...args] = flags.rest;
  const target = bundle ?? appTarget(app!);
  const request = { kind: "run", target, args: bundle ? flags.rest : args } as const;
  if (flags.values.has("dry-run")) {
    const { explain } = await import("../explain/action.ts");
    return await explain(request, { flags, config, logger, host });
  }
  return await start(request, { config, logger, host });
}
