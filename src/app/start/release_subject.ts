import type { FetchOptions } from "../../model/content.ts";
import type { Sha256 } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import { parseRelease, type Release } from "../../model/release.ts";
import type { Context } from "../context.ts";
import type { Subject } from "./subject.ts";

/** undefined also where the copy cannot be read any more: the registry still has the release. */
export function cachedSubject(
  appRef: AppRef,
  digest: Sha256,
  context: Context,
): Subject | undefined {
  const text = context.records.release(digest);
  if (text === undefined) return undefined;
  let release;
  try {
    release = parseRelease(text, `cached release ${digest}`);
  } catch {
    return undefined;
  }
  return subjectOf(appRef, release, digest, context);
}

export function toSubject(
  appRef: AppRef,
  text: string,
  digest: Sha256,
  context: Context,
  patience: FetchOptions["patience"],
  isNew: boolean,
): Subject {
  const release = parseRelease(text, `release ${formatAppRef(appRef)}`);
  return { ...subjectOf(appRef, release, digest, context, patience), isNew };
}

function subjectOf(
  appRef: AppRef,
  release: Release,
  digest: Sha256,
  context: Context,
  patience: FetchOptions["patience"] = "patient",
): Subject {
  const label = formatAppRef(appRef);
  checkApp(release, appRef, label);
  if (release.unknownFields.length > 0) {
    const fields = release.unknownFields.join(", ");
    context.report.event({ kind: "detail", text: `${label}: ignoring unknown fields: ${fields}` });
  }
  return {
    label,
    app: release.app,
    version: release.version,
    digest,
    body: release,
    layerSource: (layer, options) => {
      if (context.config.offline) throw notCached(appRef, context);
      return context.registry().layer(appRef.app, layer, { patience, ...options });
    },
    layerOrigin: (layer) => {
      if (context.config.offline) throw notCached(appRef, context);
      return context.registry().layerOrigin(appRef.app, layer);
    },
  };
}

/** A release that was put in the wrong place would start another app under this one's name. */
function checkApp(release: Release, { app }: AppRef, label: string): void {
  if (release.app === app) return;
  throw new EdgebootError("RELEASE_INVALID", {
    what: `release ${label} is not a valid release`,
    why: `at app: expected ${JSON.stringify(app)}, found ${JSON.stringify(release.app)}`,
    next: "correct the release, or move it to the directory of its app",
  }, { facts: { app, found: release.app } });
}

export function notCached(appRef: AppRef, { cacheRoot }: Context): EdgebootError {
  return new EdgebootError("OFFLINE", {
    what: `cannot start ${formatAppRef(appRef)} offline`,
    why: `the cache ${cacheRoot.path} does not hold all of it, or not under this name`,
    next: "run `edgeboot fetch` for it while the registry can be reached, or drop --offline; " +
      `\`edgeboot history ${appRef.app}\` lists what has started here by its digest`,
  }, { facts: { app: appRef.app } });
}
