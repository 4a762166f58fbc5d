import { type Fetched, fetchTarget } from "../../../app/fetch/fetch.ts";
import type { Target } from "../../../app/start/request.ts";
import type { EdgebootError } from "../../../model/errors.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import type { Described } from "../../json/shape.ts";
import { toEdgebootError } from "../../logger.ts";
import { say } from "../../say.ts";
import { openSession, readSettings, type Session } from "../../session.ts";
import { appTarget, bundleTarget } from "../../target.ts";
import { watcherOf } from "../../watch.ts";
import { fetchedRecord, FETCHES } from "./records.ts";

/** `edgeboot fetch`: prints nothing on stdout but, with --json, what is now in the cache. */
export async function fetchCommand({ flags, host, useLogger }: Invocation): Promise<Outcome> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const bundle = bundleTarget(flags, host.process.cwd);
  const targets = bundle === undefined ? flags.rest.map(appTarget) : [bundle];
  if (flags.values.has("dry-run")) {
    const { explainFetches } = await import("../explain/action.ts");
    return await explainFetches(targets, { flags, config, logger, host });
  }
  const apps: Described<typeof FETCHES>["apps"][number][] = [];
  let failure: EdgebootError | undefined;
  try {
    for (const target of targets) {
      const fetched = await fetch(target, { config, logger, host });
      apps.push(fetchedRecord(fetched));
      if (fetched.fetchedLayers === 0 && flags.json === undefined) {
        logger.log("info", "cached", `${fetched.label}: already in the cache`);
      }
    }
  } catch (error) {
    failure = toEdgebootError(error);
  }
  return say({ flags, host }, FETCHES, { apps }, () => "", failure);
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
