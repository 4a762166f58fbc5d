import type { AppId } from "../../model/app_id.ts";
import type { FetchOptions } from "../../model/content.ts";
import { type ReleaseDigest, type Sha256, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { display, type Location } from "../../model/location.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import {
  ANY_PYTHON,
  type Layer,
  NO_ENV_CHANGES,
  parseRelease,
  type Release,
} from "../../model/release.ts";
import type { Context } from "../context.ts";
import type { ReleaseSource } from "../events.ts";
import type { Confirmation } from "./remember.ts";
import type { Target } from "./request.ts";

/** A release that an app ID and a ref stand for, or what takes its place in direct mode. */
export interface ResolvedRelease {
  /** for messages: `billing-api@stable`, `bundle 0123456789ab` */
  readonly label: string;
  readonly app: AppId | undefined;
  readonly version: string | undefined;
  /** of the release; in direct mode of the bundle */
  readonly digest: Sha256;
  readonly body: Omit<Release, "app" | "version">;
  /** It comes from the registry just now, and is not what started here last. */
  readonly isNew?: boolean;
  readonly layersFrom: LayersFrom;
}

/** What choosing an interpreter looks at: a release that is not published yet has it, too. */
export type Described = Pick<ResolvedRelease, "label" | "app" | "body" | "isNew">;

/** What a target stands for now. */
export interface Resolved {
  readonly release: ResolvedRelease;
  readonly source: ReleaseSource;
  /** Once its layers are in place. */
  readonly remember?: Confirmation;
  /** The release that this channel or version last started with here, where it is another one. */
  readonly lastGood?: ResolvedRelease;
}

/** Reports which release it is, and where that is known from. */
export function tellRelease(
  { label, app, version, digest }: ResolvedRelease,
  source: ReleaseSource,
  { report }: Pick<Context, "report">,
): void {
  report.event({ kind: "release", label, app, version, digest, source });
  report.event({ kind: "phase", phase: "release" });
}

export type Patience = NonNullable<FetchOptions["patience"]>;

/** Where the layers of a release are fetched from; `fetch/layer_source.ts` asks there. */
export type LayersFrom =
  | {
    readonly kind: "registry";
    readonly appRef: AppRef;
    readonly patience: Patience;
  }
  | { readonly kind: "bundle"; readonly location: Location };

/** Direct mode: a release of one layer that fits any Python, with nothing but its bytes. */
export function bundleRelease(
  { bundle: { location }, sha256, pythonPaths }: Extract<Target, { kind: "bundle" }>,
): ResolvedRelease {
  const layer: Layer = {
    kind: undefined,
    sha256,
    size: undefined,
    unpackedSize: undefined,
    pythonPaths,
    url: location,
  };
  return {
    label: `bundle ${shortDigest(sha256)} (${display(location)})`,
    app: undefined,
    version: undefined,
    digest: sha256,
    body: {
      created: undefined,
      unknownFields: [],
      python: undefined,
      entryPoints: new Map(),
      env: NO_ENV_CHANGES,
      variants: [{ ...ANY_PYTHON, systemLibs: [], layers: [layer] }],
    },
    layersFrom: { kind: "bundle", location },
  };
}

/** undefined also where the copy cannot be read any more: the registry still has the release. */
export function cachedRelease(
  appRef: AppRef,
  digest: ReleaseDigest,
  { records, report }: Pick<Context, "records" | "report">,
): ResolvedRelease | undefined {
  const text = records.release(digest);
  if (text === undefined) return undefined;
  let release;
  try {
    release = parseRelease(text, `cached release ${digest}`);
  } catch {
    return undefined;
  }
  return resolved(appRef, release, digest, "patient", { report });
}

/**
 * The release in a document that the registry has sent just now.
 * @throws EdgebootError RELEASE_INVALID (65), also where it is another app's
 */
export function releaseFrom(
  appRef: AppRef,
  { text, digest, patience, isNew }: {
    readonly text: string;
    readonly digest: ReleaseDigest;
    /** with which its layers are asked for */
    readonly patience: Patience;
    readonly isNew: boolean;
  },
  context: Pick<Context, "report">,
): ResolvedRelease {
  const release = parseRelease(text, `release ${formatAppRef(appRef)}`);
  return { ...resolved(appRef, release, digest, patience, context), isNew };
}

function resolved(
  appRef: AppRef,
  release: Release,
  digest: ReleaseDigest,
  patience: Patience,
  { report }: Pick<Context, "report">,
): ResolvedRelease {
  const label = formatAppRef(appRef);
  checkApp(release, appRef, label);
  if (release.unknownFields.length > 0) {
    const fields = release.unknownFields.join(", ");
    report.event({ kind: "detail", text: `${label}: ignoring unknown fields: ${fields}` });
  }
  const { app, version } = release;
  const layersFrom = { kind: "registry", appRef, patience } as const;
  return { label, app, version, digest, body: release, layersFrom };
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
