import type { Context } from "../../../app/context.ts";
import type { Diagnosis } from "../../../app/doctor/check.ts";
import { examine } from "../../../app/doctor/doctor.ts";

import type { FileUse } from "../../../app/doctor/settings.ts";
import { dryHost } from "../../../app/dry/dry_host.ts";
import { registryAuthority } from "../../../app/open.ts";
import type { Target } from "../../../app/start/request.ts";
import type { Config } from "../../../config/config.ts";
import { type ConfigFile, DEFAULT_CONFIG_PATH, readConfigFile } from "../../../config/file.ts";
import { APP_VARIABLE, CONFIG_VARIABLE } from "../../../config/settings.ts";
import { type Survey, surveyConfig } from "../../../config/survey.ts";
import type { Host } from "../../../host/ports.ts";
import { EdgebootError } from "../../../model/errors.ts";
import { COMMIT, COMMIT_DATE, USER_AGENT, VERSION } from "../../../version.ts";
import type { BootAction } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import type { ParsedFlags } from "../../flags.ts";
import { Logger, printable } from "../../logger.ts";
import { toJson } from "../../published.ts";
import { openSession } from "../../session.ts";
import { appTarget } from "../../target.ts";
import { renderDiagnosis } from "./text.ts";

/** `edgeboot doctor`: a report on stdout; the exit code is that of the first problem. */
export async function doctorCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const [stated, ...more] = flags.rest;
  const app = stated ?? (host.env.get(APP_VARIABLE) || undefined);
  if (more.length > 0) throw usage({ command: "doctor" }, "one app can be looked at in one call");
  if (app === undefined && flags.values.has("fetch")) {
    throw usage({ command: "doctor" }, "--fetch needs an app: edgeboot doctor --fetch APP[@REF]");
  }
  const target = app === undefined ? undefined : appTarget(app);
  const { survey, file } = await readAllSettings(flags, host);
  const logger = loggerFor(survey.config, flags, host);
  useLogger(logger);
  const unfetched = target !== undefined && flags.values.has("fetch")
    ? await fetch(target, () => openSession({ config: survey.config, logger, host }, target))
    : undefined;
  const diagnosis = await examine({
    ...{ survey, file, target, unfetched },
    build: { version: VERSION, commit: COMMIT, date: COMMIT_DATE },
    registry: { authority: quietly(() => registryAuthority(survey.config)), userAgent: USER_AGENT },
    context: openQuietly(survey.config, logger, host, target),
  }, host);
  print(diagnosis, flags, host);
  return { kind: "exit", code: diagnosis.exit };
}

/** A fetch that fails is what the report is for. */
async function fetch(target: Target, open: () => Context): Promise<EdgebootError | undefined> {
  const { fetchTarget } = await import("../../../app/fetch/fetch.ts");
  try {
    await fetchTarget(target, open());
    return undefined;
  } catch (error) {
    if (error instanceof EdgebootError) return error;
    throw error;
  }
}

function print(diagnosis: Diagnosis, flags: ParsedFlags, { output }: Host): void {
  output.stdout(
    flags.values.has("json") ? `${toJson(diagnosis)}\n` : printable(renderDiagnosis(diagnosis)),
  );
}

/** What is wrong with the settings is a finding: the rest is looked at all the same. */
async function readAllSettings(
  flags: ParsedFlags,
  host: Host,
): Promise<{ survey: Survey; file: FileUse }> {
  const { env, fs } = host;
  const named = flags.values.get("config");
  const path = typeof named === "string" ? named : env.get(CONFIG_VARIABLE) || undefined;
  let read: ConfigFile | undefined;
  let file: FileUse;
  try {
    read = await readConfigFile(path, fs);
    const kind = read === undefined ? "none" : "used";
    file = { kind, path: path ?? DEFAULT_CONFIG_PATH };
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    file = { kind: "refused", error };
  }
  const sources = { flags: flags.values, env, file: read, fs };
  return { survey: surveyConfig(sources, env.names()), file };
}

function loggerFor(config: Config, { verbosity }: ParsedFlags, host: Host): Logger {
  const level = verbosity > 0 ? "debug" : config.logLevel;
  return new Logger(host, { form: config.log, level, verbosity });
}

function openQuietly(
  config: Config,
  logger: Logger,
  host: Host,
  target: Target | undefined,
): Context | EdgebootError {
  try {
    return openSession({ config, logger, host: dryHost(host) }, target);
  } catch (error) {
    if (error instanceof EdgebootError) return error;
    throw error;
  }
}

/** A registry whose address cannot be read has no authority, and a check of its own. */
function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof EdgebootError) return undefined;
    throw error;
  }
}
