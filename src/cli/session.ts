import type { Context } from "../app/context.ts";
import type { Reporter } from "../app/events.ts";
import { openContext } from "../app/open.ts";
import type { Target } from "../app/start/request.ts";
import { type Config, resolveConfig } from "../config/config.ts";
import { readConfigFile, readerOf } from "../config/file.ts";
import { CONFIG_VARIABLE } from "../config/settings.ts";
import type { Host } from "../host/ports.ts";
import type { ParsedFlags } from "./flags.ts";
import { Logger } from "./logger.ts";
import { StartReporter } from "./start_reporter.ts";

/** What every command begins with. */
export interface Session {
  readonly config: Config;
  readonly logger: Logger;
  readonly host: Host;
}

/** Settings from all their sources, and the logger that they ask for. */
export async function readSettings(
  flags: ParsedFlags,
  host: Host,
): Promise<{ config: Config; logger: Logger }> {
  const named = flags.values.get("config");
  const path = typeof named === "string" ? named : host.env.get(CONFIG_VARIABLE) || undefined;
  const reader = readerOf(flags.values, host.env, host.process.uid);
  const file = await readConfigFile(path, host.fs, reader);
  const { env, fs, process: { cwd } } = host;
  const config = resolveConfig({ flags: flags.values, env, file, fs, cwd });
  const level = flags.verbosity > 0 ? "debug" : config.logLevel;
  const logger = new Logger(host, { form: config.log, level, verbosity: flags.verbosity });
  if (file?.doubt !== undefined) logger.log("warn", "warning", file.doubt);
  if (logger.shows("debug")) {
    const { VerboseReporter } = await import("./verbose.ts");
    logger.more = new VerboseReporter(logger, config, host);
  }
  return { config, logger };
}

/**
 * The context of one command, whose events the logger gets to see.
 * @param watcher is told everything, too
 * @throws EdgebootError of {@link openContext}
 */
export function openSession(
  { config, logger, host }: Session,
  target?: Target,
  watcher?: Reporter,
): Context {
  if (target?.kind === "app") logger.about = { app: target.appRef.app };
  const reporter = new StartReporter(host, logger);
  const report = watcher === undefined ? reporter : both(reporter, watcher);
  return openContext({ config, host, report }, target);
}

function both(one: Reporter, other: Reporter): Reporter {
  return {
    begins: async () => {
      await one.begins?.();
      await other.begins?.();
    },
    event: (event) => {
      one.event(event);
      other.event(event);
    },
  };
}
