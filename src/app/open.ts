import type { Config } from "../config/config.ts";
import type { Host } from "../host/ports.ts";
import { EdgebootError } from "../model/errors.ts";
import { localPath, type ParsedLocation, parseLocation } from "../model/location.ts";
import { directoryListing } from "../registry/directory_listing.ts";
import type { Registry } from "../registry/registry.ts";
import { StaticRegistry } from "../registry/static_registry.ts";
import { chooseCacheRoot, Store } from "../store/mod.ts";
import { AnyFetcher } from "../transport/fetcher.ts";
import type { Authority } from "../transport/request_headers.ts";
import { USER_AGENT } from "../version.ts";
import type { Context } from "./context.ts";
import type { Target } from "./start/request.ts";

/**
 * The one place where the rooms are joined, for one command. Nothing is contacted or created yet.
 * @param target what the command is about, where it is one app or bundle
 * @throws EdgebootError CONFIG_INVALID (78), CACHE_UNWRITABLE (73)
 */
export function openContext(
  { config, host, report }: Pick<Context, "config" | "host" | "report">,
  target?: Target,
): Context {
  const { env, process, fs, http, clock } = host;
  const cacheRoot = chooseCacheRoot(
    { stated: config.cache, env, cwd: process.cwd, uid: process.uid, trusted: config.trustedUids },
    fs,
  );
  const store = new Store(cacheRoot.path, host, config.trustedUids, cacheRoot.isPrivate);
  const retryListeners: Context["retryListeners"] = new Set();
  const fetcher = new AnyFetcher({
    fs,
    env,
    http,
    clock,
    userAgent: USER_AGENT,
    onRetry: (retry) => {
      const event = { kind: "retry", ...retry } as const;
      report.event(event);
      retryListeners.forEach((listen) => listen(event));
    },
    // Parsing URLs costs a start by digest or from a directory more than it is worth.
    get authority() {
      const parsed = target?.kind === "bundle" ? target.bundle : registryLocation(config);
      return parsed && authorityOf(parsed, tokenFor(parsed, config));
    },
  });
  let registry: Registry | undefined;
  const context: Context = {
    host,
    config,
    cacheRoot,
    store,
    records: store.records,
    fetcher,
    report,
    retryListeners,
    registry: () => registry ??= openRegistry(config, fetcher, host),
  };
  report.event({ kind: "phase", phase: "settings" });
  return context;
}

function openRegistry(
  config: Pick<Config, "registry">,
  fetcher: AnyFetcher,
  { fs }: Pick<Host, "fs">,
): Registry {
  const { location } = requiredRegistry(config);
  const path = localPath(location);
  const listing = path === undefined ? undefined : directoryListing(path, fs);
  return new StaticRegistry(location, fetcher, listing);
}

/** @throws EdgebootError REGISTRY_UNSET, CONFIG_INVALID (78) */
export function requiredRegistry(config: Pick<Config, "registry">): ParsedLocation {
  const parsed = registryLocation(config);
  if (parsed === undefined) throw noRegistry();
  return parsed;
}

function registryLocation({ registry }: Pick<Config, "registry">): ParsedLocation | undefined {
  return registry && parseLocation(registry.value, `registry (${registry.origin})`);
}

function authorityOf(parsed: ParsedLocation, token: string | undefined): Authority | undefined {
  if (!parsed.location.startsWith("http")) return undefined;
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
