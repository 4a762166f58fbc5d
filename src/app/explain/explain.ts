import { EdgebootError } from "../../model/errors.ts";
import { formatEntryPoint } from "../../model/entry_point.ts";
import { display } from "../../model/location.ts";
import { formatTags } from "../../launch/fit.ts";
import type { Layer } from "../../model/release.ts";
import type { Host } from "../../host/ports.ts";
import type { Manager } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import { type Event, isWarning, type ReleaseSource } from "../events.ts";
import { explainLaunch } from "./explain_launch.ts";
import type { ExplainedLayer, Explanation } from "./explanation.ts";
import { selectPython } from "../start/python.ts";
import type { StartRequest, Target } from "../start/request.ts";
import { wantedOf } from "../start/program.ts";
import { inPlaceOf } from "../start/last_good.ts";
import { resolveTarget } from "../start/resolve.ts";
import { layerOrigin } from "../fetch/layer_source.ts";
import { refuseWithoutRoom } from "../fetch/space.ts";
import { planSelected } from "../start/start.ts";
import { type ResolvedRelease, tellRelease } from "../start/resolved_release.ts";
import { missingLayers } from "../start/trees.ts";

export type Explainable = StartRequest | { readonly kind: "fetch"; readonly target: Target };

/**
 * Goes through the steps of a start and says what each would do. The context is that of an dry host
 * (`dry/dry_host.ts`): the steps are the real ones, and so are program, arguments and environment.
 * @param real the machine itself, to tell what is there from what was imagined
 */
export async function explainStart(
  start: Explainable,
  given: Context,
  real: Pick<Host, "fs">,
): Promise<Explanation> {
  const { host, cacheRoot, config } = given;
  const warnings: string[] = [];
  const manager = await given.store.manager();
  const exists = real.fs.stat(cacheRoot.path) !== undefined;
  const explanation: Explanation = {
    command: start.kind,
    settings: [...config.origins].map(([name, { value, origin }]) => ({ name, value, origin })),
    cache: {
      path: cacheRoot.path,
      origin: cacheRoot.origin,
      exists,
      writable: host.fs.mayWrite(manager.place()),
    },
    warnings,
  };
  const pythons: Extract<Event, { kind: "python" }>[] = [];
  const event = (event: Event) => {
    given.report.event(event);
    if (isWarning(event)) warnings.push(event.text);
    if (event.kind === "python") pythons.push(event);
    if (event.kind !== "release") return;
    pythons.length = 0;
    Object.assign(explanation, { release: releaseOf(event, start, given) });
  };
  const context: Context = { ...given, report: { event } };
  const explain = async (release: ResolvedRelease) => {
    forget(explanation);
    try {
      await explainRelease(release, start, context, explanation);
    } finally {
      explanation.pythons = distinct(pythons);
    }
  };
  try {
    context.store.checkRoot();
    const resolved = await resolveTarget(start.target, context);
    tellRelease(resolved.release, resolved.source, context);
    try {
      await explain(resolved.release);
    } catch (error) {
      if (start.kind === "fetch") throw error;
      await explain(inPlaceOf(resolved, error, start.target, context));
    }
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    explanation.failure = { code: error.code, exit: error.exitCode, ...error.text };
  }
  return explanation;
}

async function explainRelease(
  release: ResolvedRelease,
  start: Explainable,
  context: Context,
  explanation: Explanation,
): Promise<void> {
  const wanted = start.kind === "fetch" ? undefined : wantedOf(start, release, context);
  if (wanted?.kind === "entry") {
    const { entry } = wanted;
    explanation.entry_point = entry === undefined
      ? "what the layers start by themselves"
      : [formatEntryPoint(entry), ...entry.args].join(" ");
  }
  const selection = await selectPython(release, context);
  const { variant, index, why } = selection;
  const of = release.body.variants.length;
  explanation.variant = { tags: formatTags(variant), number: index + 1, of, why };
  const missing = missingLayers(variant, context);
  const manager = await context.store.manager();
  explanation.layers = variant.layers.map((layer) =>
    layerOf(layer, missing.includes(layer) || !isCached(layer, context), release, manager, context)
  );
  if (missing.length > 0) {
    await explainFetch(release, missing, context, explanation);
    if (wanted !== undefined) explanation.pending = PENDING;
    return;
  }
  if (wanted === undefined) return;
  const { plan } = await planSelected(release, selection, wanted, context);
  explanation.launch = explainLaunch(plan, release, context);
}

const PENDING =
  "program, arguments and environment show only when the layers are unpacked: where " +
  "their packages, scripts and .pth files are";

async function explainFetch(
  release: ResolvedRelease,
  missing: readonly Layer[],
  context: Context,
  explanation: Explanation,
): Promise<void> {
  const manager = await context.store.manager();
  const room = manager.makeRoom(missing, { dryRun: true });
  const { needed, free, collected } = room;
  explanation.space = {
    needed_bytes: needed,
    ...(free === undefined ? {} : { free_bytes: free }),
    ...(collected === undefined
      ? {}
      : { collect: { trees: collected.trees, bytes: collected.freed } }),
  };
  const { cacheMaxBytes, cacheMaxAgeMs } = context.config;
  if (cacheMaxBytes !== undefined || cacheMaxAgeMs !== undefined) {
    explanation.budget = {
      ...(cacheMaxBytes === undefined ? {} : { max_bytes: cacheMaxBytes }),
      ...(cacheMaxAgeMs === undefined ? {} : { max_age_seconds: cacheMaxAgeMs / 1000 }),
    };
  }
  refuseWithoutRoom(release, room, context);
  refuseUnwritable(explanation, manager);
}

/** @throws EdgebootError CACHE_UNWRITABLE (73) */
function refuseUnwritable({ cache }: Explanation, manager: Manager): void {
  const place = manager.unwritablePlace();
  if (place === undefined) return;
  throw new EdgebootError("CACHE_UNWRITABLE", {
    what: `cannot write to the cache ${cache.path}`,
    why: `this user may not make anything in ${place}, or its file system is read-only`,
    next: "make the directory writable for this user, or choose another with --cache DIR or " +
      "EDGEBOOT_CACHE",
  }, { facts: { cache: cache.path, path: place } });
}

function layerOf(
  layer: Layer,
  missing: boolean,
  release: ResolvedRelease,
  manager: Manager,
  context: Context,
): ExplainedLayer {
  const partial = missing ? manager.partial(layer.sha256) : undefined;
  const lease = manager.leaseState(layer.sha256);
  return {
    ...(layer.kind === undefined ? {} : { kind: layer.kind }),
    digest: `sha256:${layer.sha256}`,
    cached: !missing,
    path: context.store.treePath(layer.sha256),
    ...(layer.size === undefined ? {} : { size: layer.size }),
    ...(layer.unpackedSize === undefined ? {} : { unpacked_size: layer.unpackedSize }),
    ...(missing ? { url: layerOrigin(layer, release.layersFrom, context) } : {}),
    ...(partial === undefined ? {} : { partial_bytes: partial.offset }),
    ...(missing && manager.isBeingFetched(layer.sha256) ? { being_fetched: true } : {}),
    lease: {
      path: lease.path,
      state: lease.canHold ? "shared" : missing ? "made" : "none",
    },
  };
}

function isCached(layer: Layer, { store }: Context): boolean {
  return store.hasTree(layer.sha256);
}

const ASKING: ReadonlySet<ReleaseSource> = new Set([
  "fetched",
  "unchanged",
  "changed",
  "last-good",
]);

function releaseOf(
  { label, version, digest, source }: Extract<Event, { kind: "release" }>,
  start: Explainable,
  context: Context,
): Explanation["release"] {
  // A release that is named by its digest, and cached, needs no registry.
  const needsRegistry = start.target.kind === "app" && context.config.registry !== undefined;
  return {
    label,
    ...(version === undefined ? {} : { version }),
    digest: `sha256:${digest}`,
    source,
    asked: ASKING.has(source),
    ...(needsRegistry ? { registry: display(context.registry().location) } : {}),
  };
}

/** The last good release is explained in place of the one that failed. */
function forget(explanation: Explanation): void {
  for (const part of ["pythons", "variant", "layers", "space", "budget", "entry_point"] as const) {
    delete explanation[part];
  }
}

/** One interpreter may go by several names. */
function distinct(pythons: readonly Extract<Event, { kind: "python" }>[]) {
  const byPath = new Map(
    pythons.map(({ path, version, fits, why }) => [path, { path, version, fits, why }]),
  );
  return [...byPath.values()];
}
