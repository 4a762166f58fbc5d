import { EdgebootError } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { Context } from "../context.ts";

/** What is missing may not be asked for. */
export function notCached(
  appRef: AppRef,
  { cacheRoot }: Pick<Context, "cacheRoot">,
): EdgebootError {
  return new EdgebootError("OFFLINE", {
    what: `cannot start ${formatAppRef(appRef)} offline`,
    why: `the cache ${cacheRoot.path} does not hold all of it, or not under this name`,
    next: "run `edgeboot fetch` for it while the registry can be reached, or drop --offline; " +
      `\`edgeboot history ${appRef.app}\` lists what has started here by its digest`,
  }, { facts: { app: appRef.app } });
}

/** @param origin the bundle's address, for messages */
export function bundleNotCached(origin: string): EdgebootError {
  return new EdgebootError("OFFLINE", {
    what: `cannot fetch the bundle ${origin} offline`,
    why: "it is not in the cache",
    next: "drop --offline, or fetch it before",
  }, { facts: { url: origin } });
}
