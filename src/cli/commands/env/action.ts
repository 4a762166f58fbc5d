import { ensureEnvironment } from "../../../app/start/ensure_environment.ts";
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { openSession, readSettings } from "../../session.ts";
import { appTarget } from "../../target.ts";

/** `edgeboot env APP[@REF]`: the path of its environment on stdout, made where it was not there. */
export async function envCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app, ...more] = flags.rest;
  if (app === undefined || more.length > 0) {
    throw usage({ command: "env" }, "one app is needed: edgeboot env APP[@REF]");
  }
  const target = appTarget(app);
  const context = openSession({ config, logger, host }, target);
  host.output.stdout(`${await ensureEnvironment(target, context)}\n`);
  return DONE;
}
