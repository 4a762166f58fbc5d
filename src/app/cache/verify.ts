import type { LayerDigest, ReleaseDigest, Sha256 } from "../../model/digest.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import { EdgebootError } from "../../model/errors.ts";
import { parseRelease } from "../../model/release.ts";
import type { Checked, Manager } from "../../store/mod.ts";
import type { Context } from "../context.ts";

export type { Checked };

export interface VerifyRequest {
  /** undefined: everything in the cache */
  readonly appRef: AppRef | undefined;
  /** Move a damaged tree also from under an app that runs from it. */
  readonly force: boolean;
}

interface Subjects {
  readonly releases: readonly ReleaseDigest[];
  readonly trees: readonly LayerDigest[];
}

/**
 * `edgeboot verify`: compares what is in the cache with what was verified when it came. Contacts nothing.
 * What is damaged is moved out of the way and named; the next start fetches it anew.
 * @throws EdgebootError RELEASE_NOT_CACHED (69)
 */
export async function verifyCache(
  { appRef, force }: VerifyRequest,
  context: Context,
): Promise<Checked[]> {
  const manager = await context.store.manager();
  const { releases, trees } = subjectsOf(appRef, manager, context);
  const checked: Checked[] = [];
  for (const digest of releases) checked.push(await manager.verifyRelease(digest));
  const onProgress = (bytes: number, total: number) =>
    context.report.event({ kind: "verify-progress", bytes, total });
  checked.push(...await manager.verifyTrees(trees, force, onProgress));
  // Afterwards: those of a tree that is damaged went with it.
  const environments = environmentsOf(appRef && trees, manager);
  return [...checked, ...await manager.verifyEnvironments(environments, force)];
}

/** Those that are made of these trees alone, or of nobody knows what; or all. */
function environmentsOf(trees: readonly LayerDigest[] | undefined, manager: Manager): Sha256[] {
  return manager.environments().filter(({ layers }) =>
    trees === undefined || layers === undefined || layers.every((layer) => trees.includes(layer))
  ).map(({ key }) => key);
}

function subjectsOf(appRef: AppRef | undefined, manager: Manager, context: Context): Subjects {
  if (appRef === undefined) {
    return { releases: manager.releaseDigests(), trees: manager.trees() };
  }
  const digest = cachedDigest(appRef, context);
  const text = digest && context.records.release(digest);
  if (digest === undefined || text === undefined) throw notHere(appRef, context);
  try {
    const { variants } = parseRelease(text, `cached release ${digest}`);
    const layers = variants.flatMap((variant) => variant.layers.map((layer) => layer.sha256));
    return { releases: [digest], trees: [...new Set(layers)] };
  } catch {
    // Damaged beyond reading: the check of the document itself will say so.
    return { releases: [digest], trees: [] };
  }
}

/** What a start without network would take. */
export function cachedDigest({ app, ref }: AppRef, context: Context): ReleaseDigest | undefined {
  if (ref.kind === "digest") return ref.digest;
  const registry = context.registry().location;
  const record = context.records.ref({ registry, app, name: ref.name });
  return record?.pinned ?? record?.digest;
}

/** RELEASE_NOT_CACHED (69): this cache knows nothing of `appRef`. */
export function notHere(appRef: AppRef, { cacheRoot }: Context): EdgebootError {
  return new EdgebootError("RELEASE_NOT_CACHED", {
    what: `nothing of ${formatAppRef(appRef)} is in the cache`,
    why: `it never started here, or was collected (${cacheRoot.path})`,
    next: `\`edgeboot fetch ${formatAppRef(appRef)}\` brings it`,
  }, { facts: { app: appRef.app } });
}
