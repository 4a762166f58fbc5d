import type { Config } from "../../config/config.ts";
import type { StartHost } from "../../host/ports.ts";
import { findPlan, identityOf } from "../../launch/start_plan.ts";
import { applyRules } from "../../launch/variables.ts";
import type { Sha256 } from "../../model/digest.ts";
import {
  identity,
  localPath,
  type Location,
  type ParsedLocation,
  parseLocation,
} from "../../model/location.ts";
import type { AppRef } from "../../model/ref.ts";
import { refLocation } from "../../registry/places.ts";
import { chooseCacheRoot, PlannedCache } from "../../store/planned.ts";
import { fileValidator } from "../../transport/file_validator.ts";
import { isUnchanged } from "../../transport/revalidate.ts";
import type { Asking } from "../../transport/request_headers.ts";
import { USER_AGENT } from "../../version.ts";
import { isFresh } from "./freshness.ts";
import { planKey } from "./plan_key.ts";
import type { RunRequest, Start, Target } from "./request.ts";

/**
 * The short way of a start: what its target stands for is looked at, then the plan that was kept for it, and
 * whether the machine still is what the plan was made for. undefined where one of them is missing or not as
 * it was: then the start goes the long way (`start.ts`), which keeps a new plan.
 *
 * @throws Error for whatever is unusual, with no meaning of its own: the long way meets it again
 */
export async function plannedStart(
  { target, args }: RunRequest,
  config: Config,
  host: StartHost,
): Promise<Start | undefined> {
  const { env, process, fs } = host;
  const input = { stated: config.cache, env, cwd: process.cwd, uid: process.uid };
  const { path: root } = chooseCacheRoot(input, fs);
  const cache = new PlannedCache(root, host, config.trustedUids);
  cache.check();
  const release = await releaseOf(target, cache, config, host);
  if (release === undefined) return undefined;
  const of = target.kind === "app" ? target.appRef : target;
  const key = planKey(release, of, root, config, env);
  const text = cache.plan(release, key);
  const plan = text && findPlan(text, key, (path) => identityOf(fs.stat(path)));
  if (!plan) return undefined;
  const leases = await cache.hold(plan.layers, plan.environment, plan.site);
  if (leases === undefined) return undefined;
  const { executable, argv, defaultArgs, rules } = plan;
  const all = [...argv, ...args.length > 0 ? args : defaultArgs];
  return { plan: { executable, argv: all, ...applyRules(rules, env) }, leases };
}

/** The digest of what is started, where the registry need not be asked, or says the same as last time. */
async function releaseOf(
  target: Target,
  cache: PlannedCache,
  config: Config,
  host: StartHost,
): Promise<Sha256 | undefined> {
  if (target.kind === "bundle") return target.sha256;
  const { ref } = target.appRef;
  return ref.kind === "digest"
    ? ref.digest
    : await releaseNamed(target.appRef, ref.name, cache, config, host);
}

async function releaseNamed(
  { app }: AppRef,
  name: string,
  cache: PlannedCache,
  config: Config,
  host: StartHost,
): Promise<Sha256 | undefined> {
  if (config.registry === undefined) return undefined;
  const registry = parseLocation(config.registry.value, "registry");
  const base = registry.location;
  const record = cache.ref({ registry: identity(base), app, name });
  if (record === undefined || record.pinned !== undefined) return record?.pinned;
  if (isFresh(record, config, host.clock)) return record.digest;
  // The time it was confirmed only matters to `--refresh=DURATION`, and has to be written down then.
  if (record.validator === undefined || config.refresh.kind === "after") return undefined;
  const location = refLocation(base, app, name);
  const isSame = localPath(location) === undefined
    ? await isUnchanged(location, record.validator, askingFor(registry, config), host)
    : hasValidator(location, record.validator, host);
  return isSame ? record.digest : undefined;
}

function hasValidator(location: Location, validator: string, { fs }: StartHost): boolean {
  const stat = fs.stat(localPath(location)!);
  return stat?.kind === "file" && fileValidator(stat) === validator;
}

function askingFor({ location, credentials }: ParsedLocation, { token }: Config): Asking {
  return {
    authority: { origin: new URL(location).origin, credentials, token },
    userAgent: USER_AGENT,
  };
}
