import type { Layer } from "../../model/release.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import type { Context } from "../context.ts";
import { ensureTrees } from "../fetch/fetch_trees.ts";
import { type Document, readDocument } from "../publish/source.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";
import type { Tree } from "../start/trees.ts";
import { diffPackages, diffVariants, type PackageDiff, type VariantDiff } from "./documents.ts";
import { diffFiles, type FileDiff, filesOf, installedAmong } from "./files.ts";

export interface ReleaseDiff {
  readonly from: Document;
  readonly to: Document;
  readonly variants: readonly (VariantDiff & {
    /** Of layers that are no wheels; undefined: they were not looked into. */
    readonly files: readonly FileDiff[] | undefined;
  })[];
}

/**
 * `edgeboot diff`: packages, layers and files that changed between two releases. Layers that are no wheels, and that
 * only one of the two has, are brought into the cache to be looked into.
 * @throws EdgebootError of the registry, the store and the archive readers
 */
export async function diffReleases(
  [one, other]: readonly [AppRef, AppRef],
  withFiles: boolean,
  context: Context,
): Promise<ReleaseDiff> {
  const from = await readDocument(one, context.registry(), context);
  const to = await readDocument(other, context.registry(), context);
  const variants = [];
  for (const variant of diffVariants(from.release, to.release)) {
    if (withFiles) {
      const before = await treesOf(one, from, variant.removed, context);
      const after = await treesOf(other, to, variant.added, context);
      variants.push(await withContents(variant, before, after, context));
    } else variants.push({ ...variant, files: undefined });
  }
  return { from, to, variants };
}

async function withContents(
  variant: VariantDiff,
  before: readonly Tree[],
  after: readonly Tree[],
  { host }: Context,
) {
  const [old, now] = [filesOf(before, host.fs), filesOf(after, host.fs)];
  const inside = diffPackages(installedAmong(old.keys()), installedAmong(now.keys()))
    .filter(({ from, to }) => from !== to);
  const packages = merged([...variant.packages, ...inside]);
  return { ...variant, packages, files: await diffFiles(old, now, host) };
}

/** A package that was in a layer of many and is a wheel now has moved, and is not new. */
function merged(packages: readonly PackageDiff[]): PackageDiff[] {
  const found = new Map<string, PackageDiff>();
  for (const change of packages) {
    const known = found.get(change.name);
    const { name, from = known?.from, to = known?.to } = change;
    found.set(name, { name, from, to });
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

async function treesOf(
  appRef: AppRef,
  { digest, release }: Document,
  layers: readonly Layer[],
  context: Context,
): Promise<Tree[]> {
  const inside = layers.filter(({ wheel }) => wheel === undefined);
  if (inside.length === 0) return [];
  const { app, version } = release;
  const resolved: ResolvedRelease = {
    ...{ label: formatAppRef(appRef), app, version, digest, body: release },
    layersFrom: { kind: "registry", appRef, patience: "patient" },
  };
  await context.report.begins?.();
  return await ensureTrees(resolved, { ...release.variants[0]!, layers: inside }, context);
}
