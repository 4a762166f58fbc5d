import { type Explainable, explainStart } from "../../../app/explain/explain.ts";
import type { Explanation } from "../../../app/explain/explanation.ts";
import { dryHost } from "../../../app/dry/dry_host.ts";
import type { Target } from "../../../app/start/request.ts";
import type { Config } from "../../../config/config.ts";
import type { Host } from "../../../host/ports.ts";
import { EdgebootError } from "../../../model/errors.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import type { Parsed } from "../../flags.ts";
import type { Logger } from "../../logger.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { EXPLAINED, explainedRecord, PLANNED } from "./record.ts";
import { renderExplanation } from "./text.ts";

/** `edgeboot explain`: `run --dry-run` under a name of its own, which also knows EDGEBOOT_APP. */
export async function explainCommand({ flags, host, useLogger }: Invocation): Promise<Outcome> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const bundle = bundleTarget(flags, host.process.cwd);
  const [app, ...args] = flags.rest;
  const target = bundle ?? appTarget(app!);
  const request: Explainable = { kind: "run", target, args: bundle ? flags.rest : args };
  return await explain(request, { flags, config, logger, host });
}

export interface Explaining {
  readonly flags: Parsed;
  readonly config: Config;
  readonly logger: Logger;
  readonly host: Host;
}

/** Prints what a start would do. Where it would fail, the exit code is that of the failure. */
export async function explain(start: Explainable, how: Explaining): Promise<Outcome> {
  const explanation = await explanationOf(start, how);
  const content = explainedRecord(explanation);
  return say(how, EXPLAINED, content, () => textOf(explanation), failureOf(explanation));
}

/** The same of several fetches. Each begins with what is there: none has fetched for the next. */
export async function explainFetches(
  targets: readonly Target[],
  how: Explaining,
): Promise<Outcome> {
  const apps: Explanation[] = [];
  for (const target of targets) apps.push(await explanationOf({ kind: "fetch", target }, how));
  const failures = apps.flatMap((explanation) => failureOf(explanation) ?? []);
  return say(how, PLANNED, { apps }, () => apps.map(textOf).join(""), failures[0]);
}

async function explanationOf(
  start: Explainable,
  { config, logger, host }: Explaining,
): Promise<Explanation> {
  const context = openSession({ config, logger, host: dryHost(host) }, start.target);
  return await explainStart(start, context, host);
}

function textOf(explanation: Explanation): string {
  return `${renderExplanation(explanation)}\n`;
}

function failureOf({ failure }: Explanation): EdgebootError | undefined {
  if (failure === undefined) return undefined;
  const { code, exit: _exit, ...text } = failure;
  return new EdgebootError(code, text);
}
