import { formatTags } from "../../launch/fit.ts";
import type { Layer, Release, Variant } from "../../model/release.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";

/** What two releases have in common and what not, for one kind of Python and platform. */
export interface VariantDiff {
  readonly tags: string;
  readonly added: readonly Layer[];
  readonly removed: readonly Layer[];
  readonly kept: number;
  readonly packages: readonly PackageDiff[];
}

export interface PackageDiff {
  /** normalized (PEP 503) */
  readonly name: string;
  /** undefined: it is new */
  readonly from: string | undefined;
  /** undefined: it is gone */
  readonly to: string | undefined;
}

/** Pure: what the documents alone say. A variant that only one of them has is all new, or all gone. */
export function diffVariants(from: Release, to: Release): VariantDiff[] {
  const pairs = pairUp(from.variants, to.variants);
  return pairs.map(([old, now]) => {
    const [before, after] = [old?.layers ?? [], now?.layers ?? []];
    const has = (layers: readonly Layer[], { sha256 }: Layer) =>
      layers.some((layer) => layer.sha256 === sha256);
    const removed = before.filter((layer) => !has(after, layer));
    const added = after.filter((layer) => !has(before, layer));
    return {
      tags: formatTags((now ?? old)!),
      ...{ added, removed, kept: after.length - added.length },
      packages: diffPackages(packagesOf(removed), packagesOf(added)),
    };
  });
}

/** By their tags; where each has one variant, these, whatever they are called. */
function pairUp(
  before: readonly Variant[],
  after: readonly Variant[],
): [Variant | undefined, Variant | undefined][] {
  if (before.length === 1 && after.length === 1) return [[before[0], after[0]]];
  const tags = [...new Set([...after, ...before].map(formatTags))];
  const find = (variants: readonly Variant[], tag: string) =>
    variants.find((variant) => formatTags(variant) === tag);
  return tags.map((tag) => [find(before, tag), find(after, tag)]);
}

/** Name → version, of wheels. */
function packagesOf(layers: readonly Layer[]): Map<string, string> {
  return new Map(
    layers.flatMap(({ wheel }) =>
      wheel === undefined ? [] : [[normalizeName(wheel.distribution), versionOf(wheel)] as const]
    ),
  );
}

function versionOf({ version, build }: NonNullable<Layer["wheel"]>): string {
  return build === undefined ? version : `${version} (build ${build})`;
}

/** In order of their names; one whose version is the same was built anew. */
export function diffPackages(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): PackageDiff[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().map((name) => ({
    ...{ name, from: before.get(name), to: after.get(name) },
  }));
}
