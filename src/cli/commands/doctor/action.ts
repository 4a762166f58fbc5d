import type { Context } from "../../../app/context.ts";
import { examine } from "../../../app/doctor/doctor.ts";

import type { FileUse } from "../../../app/doctor/settings.ts";
import { dryHost } from "../../../app/dry/dry_host.ts";
import { registryAuthority } from "../../../app/open.ts";
import type { Target } from "../../../app/start/request.ts";
import type { Config } from "../../../config/config.ts";
import {
  type ConfigFile,
  DEFAULT_CONFIG_PATH,
  readConfigFile,
  readerOf,
} from "../../../config/file.ts";
import { CONFIG_VARIABLE } from "../../../config/settings.ts";
import { type Survey, surveyConfig } from "../../../config/survey.ts";
import type { Host } from "../../../host/ports.ts";
import { EdgebootError } from "../../../model/errors.ts";
import { COMMIT, COMMIT_DATE, USER_AGENT, VERSION } from "../../../version.ts";
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import type { ParsedFlags } from "../../flags.ts";
import { envelope } from "../../json/envelope.ts";
import { Logger, printable } from "../../logger.ts";
import { openSession } from "../../session.ts";
import { appTarget } from "../../target.ts";
import { diagnosisRecord, problemOf } from "./record.ts";
import { renderDiagnosis } from "./text.ts";

/** `edgeboot doctor`: a report on stdout; the exit code is that of the first problem. */
export async function doctorCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const [app] = flags.rest;
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
  const error = problemOf(diagnosis);
  const { json } = flags;
  host.output.stdout(
    json === undefined
      ? printable(renderDiagnosis(diagnosis))
      : envelope({ name: json, content: diagnosisRecord(diagnosis), error }),
  );
  // People have read it in the report: stderr has nothing to add.
  return error === undefined ? DONE : { kind: "exit", code: error.exitCode };
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

/** What is wrong with the settings is a finding: the rest is looked at all the same. */
async function readAllSettings(
  flags: ParsedFlags,
  host: Host,
): Promise<{ survey: Survey; file: FileUse }> {
  const { env, fs, process: { cwd } } = host;
  const named = flags.values.get("config");
  const path = typeof named === "string" ? named : env.get(CONFIG_VARIABLE) || undefined;
  let read: ConfigFile | undefined;
  let file: FileUse;
  try {
    read = await readConfigFile(path, fs, readerOf(flags.values, env, host.process.uid));
    const kind = read === undefined ? "none" : "used";
    const doubt = read?.doubt === undefined ? {} : { doubt: read.doubt };
    file = { kind, path: path ?? DEFAULT_CONFIG_PATH, ...doubt };
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    file = { kind: "refused", error };
  }
  const sources = { flags: flags.values, env, file: read, fs, cwd };
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
