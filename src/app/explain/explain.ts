import { EdgebootError } from "../../model/errors.ts";
import { formatEntryPoint } from "../../model/entry_point.ts";
import { display } from "../../model/location.ts";
import { formatTags } from "../../launch/fit.ts";
import type { Layer } from "../../model/release.ts";
import type { Host } from "../../host/ports.ts";
import type { Manager } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { Event, ReleaseSource } from "../events.ts";
import { type ExecRequest, planCommand } from "../start/exec.ts";
import { explainLaunch } from "./explain_launch.ts";
import type { ExplainedLayer, Explanation } from "./explanation.ts";
import { selectPython } from "../start/python.ts";
import type { RunRequest, Target } from "../start/request.ts";
import { resolveTarget } from "../start/resolve.ts";
import { refuseWithoutRoom } from "../fetch/space.ts";
import { chooseEntry, planSubject, tellRelease, withLastGood } from "../start/start.ts";
import type { Subject } from "../start/subject.ts";
import { missingLayers } from "../start/trees.ts";

export type Explainable =
  | { readonly kind: "run"; readonly request: RunRequest }
  | { readonly kind: "exec"; readonly request: ExecRequest }
  | { readonly kind: "fetch"; readonly target: Target };

/**
 * Goes through the steps of a start and says what each would do. The context is that of an imagined host
 * (see imagined_host.ts): the steps are the real ones, and so are program, arguments and environment.
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
      ...cacheRoot,
      exists,
      writable: host.fs.mayWrite(manager.place()),
    },
    warnings,
  };
  const pythons: Extract<Event, { kind: "python" }>[] = [];
  const event = (event: Event) => {
    given.report.event(event);
    if (event.kind === "warning") warnings.push(event.text);
    if (event.kind === "python") pythons.push(event);
    if (event.kind !== "release") return;
    pythons.length = 0;
    Object.assign(explanation, { release: releaseOf(event, start, given) });
  };
  const context: Context = { ...given, report: { event } };
  const explain = async (subject: Subject) => {
    forget(explanation);
    try {
      await explainSubject(subject, start, context, explanation);
    } finally {
      explanation.pythons = distinct(pythons);
    }
  };
  try {
    if (start.kind === "fetch") {
      context.store.checkRoot();
      const { subject, source } = await resolveTarget(start.target, context);
      tellRelease(subject, source, context);
      await explain(subject);
    } else await withLastGood(start.request, context, explain);
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    explanation.failure = { code: error.code, exit: error.exitCode, ...error.text };
  }
  return explanation;
}

async function explainSubject(
  subject: Subject,
  start: Explainable,
  context: Context,
  explanation: Explanation,
): Promise<void> {
  if (start.kind === "run") {
    const entry = chooseEntry(subject, context);
    explanation.entry_point = entry === undefined
      ? "what the layers start by themselves"
      : [formatEntryPoint(entry), ...entry.args].join(" ");
  }
  const { variant, index, why } = await selectPython(subject, context);
  const of = subject.body.variants.length;
  explanation.variant = { tags: formatTags(variant), number: index + 1, of, why };
  const missing = missingLayers(variant, context);
  const manager = await context.store.manager();
  explanation.layers = variant.layers.map((layer) =>
    layerOf(layer, missing.includes(layer) || !isCached(layer, context), subject, manager, context)
  );
  if (missing.length > 0) {
    await explainFetch(subject, missing, context, explanation);
    if (start.kind !== "fetch") explanation.pending = PENDING;
    return;
  }
  if (start.kind === "fetch") return;
  const plan = start.kind === "run"
    ? await planSubject(subject, () => {}, start.request.args, context)
    : await planCommand(subject, () => {}, start.request, context);
  explanation.launch = explainLaunch(plan, subject, context);
}

const PENDING =
  "program, arguments and environment show only when the layers are unpacked: where " +
  "their packages, scripts and .pth files are";

async function explainFetch(
  subject: Subject,
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
  refuseWithoutRoom(subject, room, context);
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
  subject: Subject,
  manager: Manager,
  { store }: Context,
): ExplainedLayer {
  const partial = missing ? manager.partial(layer.sha256) : undefined;
  const lease = manager.leaseState(layer.sha256);
  return {
    ...(layer.kind === undefined ? {} : { kind: layer.kind }),
    digest: `sha256:${layer.sha256}`,
    cached: !missing,
    path: store.treePath(layer.sha256),
    ...(layer.size === undefined ? {} : { size: layer.size }),
    ...(layer.unpackedSize === undefined ? {} : { unpacked_size: layer.unpackedSize }),
    ...(missing ? { url: subject.layerOrigin(layer) } : {}),
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
  const target = start.kind === "fetch" ? start.target : start.request.target;
  // A release that is named by its digest, and cached, needs no registry.
  const needsRegistry = target.kind === "app" && context.config.registry !== undefined;
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

/** Interpreters are asked twice, for the explanation and for the plan. */
function distinct(pythons: readonly Extract<Event, { kind: "python" }>[]) {
  const byPath = new Map(
    pythons.map(({ path, version, fits, why }) => [path, { path, version, fits, why }]),
  );
  return [...byPath.values()];
}
