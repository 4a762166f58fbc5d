import { chooseCacheRoot } from "../config/cache_root.ts";
import { type Config, resolveConfig } from "../config/config.ts";
import { readConfigFile } from "../config/file.ts";
import { CONFIG_VARIABLE } from "../config/settings.ts";
import type { Context } from "../app/context.ts";
import type { Reporter } from "../app/events.ts";
import type { Target } from "../app/start/request.ts";
import { EdgebootError } from "../model/errors.ts";
import { localPath, type ParsedLocation, parseLocation } from "../model/location.ts";
import type { Host } from "../host/ports.ts";
import { directoryListing } from "../registry/directory_listing.ts";
import type { Registry } from "../registry/registry.ts";
import { StaticRegistry } from "../registry/static_registry.ts";
import { Store } from "../store/mod.ts";
import { AnyFetcher } from "../transport/fetcher.ts";
import type { Authority } from "../transport/http_fetcher.ts";
import { USER_AGENT } from "../version.ts";
import type { ParsedFlags } from "./flags.ts";
import { Logger } from "./logger.ts";
import { StartReporter } from "./start_reporter.ts";

/** Settings from all their sources, and the logger that they ask for. */
export async function readSettings(
  flags: ParsedFlags,
  host: Host,
): Promise<{ config: Config; logger: Logger }> {
  const named = flags.values.get("config");
  const path = typeof named === "string" ? named : host.env.get(CONFIG_VARIABLE) || undefined;
  const file = await readConfigFile(path, host.fs);
  const config = resolveConfig({ flags: flags.values, env: host.env, file, fs: host.fs });
  const level = flags.verbosity > 0 ? "debug" : config.logLevel;
  const logger = new Logger(host, { form: config.log, level, verbosity: flags.verbosity });
  if (logger.shows("debug")) {
    const { VerboseReporter } = await import("./verbose.ts");
    logger.more = new VerboseReporter(logger, config, host);
  }
  return { config, logger };
}

/**
 * Wires the rooms together for one command. Nothing is contacted or created yet.
 * @param watcher is told everything, too
 */
export function openContext(
  config: Config,
  logger: Logger,
  host: Host,
  target?: Target,
  watcher?: Watching,
): Context {
  const { env, process } = host;
  if (target?.kind === "app") logger.about = { app: target.appRef.app };
  const cacheRoot = chooseCacheRoot(
    { stated: config.cache, env, cwd: process.cwd, uid: process.uid },
    host.fs,
  );
  const store = new Store(cacheRoot.path, host, config.trustedUids);
  const { fs, http, clock } = host;
  const fetcher = new AnyFetcher({
    fs,
    http,
    clock,
    userAgent: USER_AGENT,
    // Parsing URLs costs a start by digest or from a directory more than it is worth.
    get authority() {
      const parsed = target?.kind === "bundle" ? target.bundle : registryLocation(config);
      return parsed && authorityOf(parsed, tokenFor(parsed, config));
    },
  });
  let registry: Registry | undefined;
  const reporter = new StartReporter(host, logger);
  const context: Context = {
    host,
    config,
    cacheRoot,
    store,
    records: store.records,
    fetcher,
    report: watcher === undefined ? reporter : both(reporter, watcher),
    registry: () => registry ??= openRegistry(config, fetcher, host),
  };
  watcher?.opened(context);
  context.report.event({ kind: "phase", phase: "settings" });
  return context;
}

/** One who is told everything, and by what context. */
export interface Watching extends Reporter {
  opened(context: Context): void;
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

function openRegistry(config: Config, fetcher: AnyFetcher, host: Host): Registry {
  const parsed = registryLocation(config);
  if (parsed === undefined) throw noRegistry();
  const path = localPath(parsed.location);
  const listing = path === undefined ? undefined : directoryListing(path, host.fs);
  return new StaticRegistry(parsed.location, fetcher, listing);
}

function registryLocation(config: Config): ParsedLocation | undefined {
  if (config.registry === undefined) return undefined;
  const { value, origin } = config.registry;
  return parseLocation(value, `registry (${origin})`);
}

function authorityOf(parsed: ParsedLocation, token: string | undefined): Authority | undefined {
  if (parsed.location.startsWith("file:")) return undefined;
  return { origin: new URL(parsed.location).origin, credentials: parsed.credentials, token };
}

/** Who the registry is told we are; undefined for a directory, and where none is configured. */
export function registryAuthority(config: Config): Authority | undefined {
  const parsed = registryLocation(config);
  return parsed && authorityOf(parsed, config.token);
}

/** The token is the registry's: a bundle from another host does not get to see it. */
function tokenFor({ location }: ParsedLocation, config: Config): string | undefined {
  const registry = config.registry?.value;
  if (registry === undefined) return config.token;
  const origin = URL.canParse(registry) ? new URL(registry).origin : undefined;
  return origin === new URL(location).origin ? config.token : undefined;
}

function noRegistry(): EdgebootError {
  return new EdgebootError("REGISTRY_UNSET", {
    what: "no registry is configured",
    why: "neither --registry nor EDGEBOOT_REGISTRY nor the configuration file names one",
    next:
      "set EDGEBOOT_REGISTRY to https://host/path or to a directory, or start one archive with " +
      "--bundle URL --sha256 HEX",
  });
}
