import { type Fetched, fetchTarget } from "../../../app/fetch/fetch.ts";
import type { Target } from "../../../app/start/request.ts";
import { APP_VARIABLE } from "../../../config/settings.ts";
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { published } from "../../published.ts";
import { openSession, readSettings, type Session } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { watcherOf } from "../../watch.ts";

/** `edgeboot fetch`: prints nothing on stdout but, with --json, what is now in the cache. */
export async function fetchCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const bundle = bundleTarget("fetch", flags, host.process.cwd);
  if (bundle !== undefined && flags.rest.length > 0) {
    throw usage({ command: "fetch" }, "--bundle and an app cannot be fetched in one call");
  }
  const fromEnv = host.env.get(APP_VARIABLE);
  const apps = flags.rest.length === 0 && fromEnv ? [fromEnv] : flags.rest;
  const targets = bundle === undefined ? apps.map(appTarget) : [bundle];
  if (targets.length === 0) {
    throw usage({ command: "fetch" }, "an app is missing: edgeboot fetch APP[@REF]…");
  }
  if (flags.values.has("dry-run")) {
    const { explain } = await import("../explain/action.ts");
    return await explain(targets.map((target) => ({ kind: "fetch", target })), {
      flags,
      config,
      logger,
      host,
    });
  }
  for (const target of targets) {
    const fetched = await fetch(target, { config, logger, host });
    if (flags.values.has("json")) host.output.stdout(`${JSON.stringify(published(fetched))}\n`);
    else if (fetched.fetchedLayers === 0) {
      logger.log("info", "cached", `${fetched.label}: already in the cache`);
    }
  }
  return DONE;
}

async function fetch(target: Target, session: Session): Promise<Fetched> {
  const watcher = await watcherOf({ kind: "fetch", target }, session);
  try {
    const context = openSession(session, target, watcher);
    watcher?.opened(context);
    const fetched = await fetchTarget(target, context);
    await watcher?.ended("done");
    return fetched;
  } catch (error) {
    await watcher?.failed(error);
    throw error;
  }
}
