import { format as formatBytes } from "@std/fmt/bytes";
import { FsError } from "../../host/ports.ts";
import { findProgram } from "../../launch/program.ts";
import { findTreePaths } from "../../launch/tree_paths.ts";
import { formatEntryPoint } from "../../model/entry_point.ts";
import { EdgebootError } from "../../model/errors.ts";
import { shortDigest } from "../../model/digest.ts";
import { formatVersion } from "../../model/version_spec.ts";
import type { Context } from "../context.ts";
import { judge, type Judged } from "../releases/inspect.ts";
import type { Selection } from "../start/python.ts";
import type { Target } from "../start/request.ts";
import { resolveTarget } from "../start/resolve.ts";
import type { Resolved, ResolvedRelease } from "../start/resolved_release.ts";
import { isWarning } from "../events.ts";
import { missingLayers, treesOf } from "../start/trees.ts";
import { formatTags } from "../../launch/fit.ts";
import { type Check, ok, problem, refused, warning } from "./check.ts";
import { checkEnvironment } from "./environment.ts";
import { checkLibraries } from "./libraries.ts";
import type { WithCache } from "./surroundings.ts";

/** Whether one app would start here, step by step, without starting or fetching it. */
export async function checkApp(target: Target, opened: WithCache): Promise<Check[]> {
  const stale: string[] = [];
  const context: Context = {
    ...opened.context,
    report: { event: (event) => isWarning(event) && stale.push(event.text) },
  };
  let resolved: Resolved;
  try {
    resolved = await resolveTarget(target, context);
  } catch (error) {
    if (error instanceof EdgebootError) return [refused("release", error)];
    throw error;
  }
  const { release } = resolved;
  const found = checkRelease(resolved, stale, context);
  const judged = await judge(release, context);
  const { selection } = judged;
  if (!("python" in selection)) {
    return [found, refused("variant", selection.error), ...otherVariants(release, judged)];
  }
  return [
    found,
    chosenVariant(selection),
    ...otherVariants(release, judged),
    ...await checkLayers(release, selection, context),
    ...await checkEnvironment(release, selection, context),
    ...checkEntryPoints(release, selection, context),
    ...checkLibraries(release, selection, { ...opened, context }),
  ];
}

function checkRelease({ release, source }: Resolved, stale: string[], { config }: Context): Check {
  const pinned = source === "pinned";
  const { label, version, digest } = release;
  const facts = { label, version, digest: `sha256:${digest}`, pinned };
  const how = pinned ? ", pinned" : config.offline ? ", from the cache" : "";
  const text = `${label}: ${version ?? "no version"} (sha256:${shortDigest(digest)})${how}`;
  if (stale.length === 0) return ok("release", text, { facts });
  const next = "see the registry above; what is cached starts until it answers";
  return warning("release", stale.join("; "), next, { facts: { ...facts, stale: true } });
}

function chosenVariant({ python, why }: Selection): Check {
  const { path, version } = python;
  const facts = { python: path, version: formatVersion(version) };
  return ok("variant", `${why}: Python ${formatVersion(version)} (${path})`, { facts });
}

function otherVariants({ body }: ResolvedRelease, { selection, verdicts }: Judged): Check[] {
  const chosen = "python" in selection ? selection.index : undefined;
  const details = body.variants.flatMap((variant, index) =>
    index === chosen ? [] : [`${formatTags(variant)}: ${verdicts[index]!.why}`]
  );
  if (details.length === 0) return [];
  return [ok("others", "variants that are not taken", { details })];
}

async function checkLayers(
  release: ResolvedRelease,
  { variant }: Selection,
  context: Context,
): Promise<Check[]> {
  const manager = await context.store.manager();
  const missing = missingLayers(variant, context);
  const isMissing = new Set(missing.map(({ sha256 }) => sha256));
  const details = variant.layers.map(({ kind, sha256, size }) => {
    const packed = size === undefined ? "size not stated" : formatBytes(size);
    const state = isMissing.has(sha256) ? `to download, ${packed}` : "cached";
    return `${kind ?? "layer"} ${shortDigest(sha256)}: ${state}`;
  });
  const needed = manager.spaceNeeded(missing);
  const free = manager.freeBytes();
  const facts = {
    missing: [...isMissing].map((digest) => `sha256:${digest}`),
    needed_bytes: needed,
    free_bytes: free ?? null,
  };
  if (missing.length === 0) {
    return [ok("layers", `all ${variant.layers.length} cached`, { details, facts })];
  }
  const text = `${missing.length} of ${variant.layers.length} to download`;
  const layers = warning(
    "layers",
    text,
    `the first start fetches them; \`edgeboot fetch ${release.label}\` does it now`,
    { details, facts },
  );
  if (free === undefined || needed <= free) return [layers];
  const room = `${formatBytes(needed)} are needed, packed and unpacked, ${formatBytes(free)} free`;
  const next = "free space (`edgeboot cache gc --keep 1`), or point --cache at a larger disk";
  return [layers, problem("room", "DISK_FULL", room, next)];
}

function checkEntryPoints(
  release: ResolvedRelease,
  { variant, python }: Selection,
  context: Context,
): Check[] {
  if (missingLayers(variant, context).length > 0) return [];
  const { fs } = context.host;
  const { entryPoints } = release.body;
  const entries = entryPoints.size === 0 ? [["default", undefined] as const] : [...entryPoints];
  const name = release.app ?? "app";
  return entries.map(([label, entry]) => {
    try {
      const trees = treesOf(variant, context).map(({ path, layer }) =>
        findTreePaths(path, layer, python, fs)
      );
      findProgram(
        { entry, args: [], trees, python, name, path: undefined, isolation: "shared" },
        fs,
      );
    } catch (error) {
      return missingEntry(label, error);
    }
    const starts = entry === undefined ? "the bundle itself" : formatEntryPoint(entry);
    return ok("entry", `${label}: ${starts}`, { facts: { entry: label } });
  });
}

function missingEntry(label: string, error: unknown): Check {
  const facts = { entry: label };
  if (error instanceof EdgebootError) {
    const { code, text } = error;
    return problem("entry", code, `${label}: ${text.what}: ${text.why}`, text.next, { facts });
  }
  if (!(error instanceof FsError)) throw error;
  const next = "let this user read the cache";
  return problem("entry", "PERMISSION_DENIED", `${label}: ${error.message}`, next, { facts });
}
