import type { PythonInfo } from "../../model/python_info.ts";
import type { Layer, Variant } from "../../model/release.ts";
import type { Context } from "../context.ts";

/** A published layer: the paths of a tree in the cache and the layer it was made of. */
export interface Tree {
  readonly layer: Layer;
  readonly path: string;
}

/** For what trees are had: the cache is warmed for later, or an app waits for its first start. */
export interface Occasion {
  readonly kind: "fetch" | "start";
  readonly python: PythonInfo;
}

/** Where the layers' trees are, or will be. */
export function treesOf(variant: Variant, { store }: Pick<Context, "store">): Tree[] {
  return variant.layers.map((layer) => ({ layer, path: store.treePath(layer.sha256) }));
}

/** One of each digest: a release may name a layer twice. */
export function missingLayers(variant: Variant, { store }: Pick<Context, "store">): Layer[] {
  const layers = new Map(variant.layers.map((layer) => [layer.sha256, layer]));
  return [...layers.values()].filter((layer) => !store.hasTrustedTree(layer.sha256));
}
