import { type Explainable, explainStart } from "../../../app/explain/explain.ts";
import type { Explanation } from "../../../app/explain/explanation.ts";
import { dryHost } from "../../../app/dry/dry_host.ts";
import type { Config } from "../../../config/config.ts";
import { APP_VARIABLE } from "../../../config/settings.ts";
import { EdgebootError } from "../../../model/errors.ts";
import type { Host } from "../../../host/ports.ts";
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { type ParsedFlags, usage } from "../../flags.ts";
import { type Logger, printable } from "../../logger.ts";
import { openSession, readSettings } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { renderExplanation } from "./text.ts";

/** `edgeboot explain`: `run --dry-run` under a name of its own, which also knows EDGEBOOT_APP. */
export async function explainCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const bundle = bundleTarget("explain", flags, host.process.cwd);
  const fromEnv = host.env.get(APP_VARIABLE);
  const [app, ...args] = flags.rest.length === 0 && fromEnv ? [fromEnv] : flags.rest;
  if (bundle === undefined && app === undefined) {
    throw usage({ command: "explain" }, "an app is missing: edgeboot explain APP[@REF] [ARGS…]");
  }
  const target = bundle ?? appTarget(app!);
  const rest = bundle === undefined ? args : flags.rest;
  const request: Explainable = { kind: "run", target, args: rest };
  return await explain([request], { flags, config, logger, host });
}

export interface Explaining {
  readonly flags: Pick<ParsedFlags, "values">;
  readonly config: Config;
  readonly logger: Logger;
  readonly host: Host;
}

/** Prints what each would do. Where it would fail, the exit code is that of the failure. */
export async function explain(
  starts: readonly Explainable[],
  { flags, config, logger, host }: Explaining,
): Promise<BootAction> {
  const json = flags.values.has("json");
  const [{ kind } = { kind: "run" }] = starts;
  const isCommand = kind === "run" && !flags.values.has("dry-run");
  if (isCommand === false && !flags.values.has("dry-run")) {
    throw usage({ command: kind }, "--json goes with --dry-run: what the app prints is its own");
  }
  let code = 0;
  for (const start of starts) {
    // Each begins with what is there: the first has not fetched anything for the second.
    const context = openSession({ config, logger, host: dryHost(host) }, start.target);
    const explanation = await explainStart(start, context, host);
    host.output.stdout(
      json
        ? `${JSON.stringify(explanation, undefined, 2)}\n`
        : `${printable(renderExplanation(explanation))}\n`,
    );
    code ||= report(explanation, logger);
  }
  return code === 0 ? DONE : { kind: "exit", code };
}

function report({ failure }: Explanation, logger: Logger): number {
  if (failure === undefined) return 0;
  const { code, exit: _exit, ...text } = failure;
  return logger.error(new EdgebootError(code, text));
}
