import type { Layer } from "../../model/layer.ts";
import { parseWheelName, type WheelName } from "../../model/wheel_name.ts";
import type { Dependencies } from "../../pack/dependencies.ts";
import type { LayerFacts } from "../../pack/layer_facts.ts";
import { leastGlibc, systemLibraries } from "../../pack/native.ts";
import type { PackedVariant } from "../../pack/release_document.ts";
import type { PackTarget } from "../../pack/target.ts";
import { type Demands, mergeVariants, tagsOf } from "../../pack/variants.ts";
import { addBlob } from "./blobs.ts";
import type { AppCode } from "./app_code.ts";
import type { PackContext } from "./context.ts";
import { layerFacts } from "./facts.ts";
import { hashFile } from "./files.ts";
import { oneLayer } from "./one_layer.ts";
import type { PackRequest } from "./request.ts";
import { refuseSameFilesOf } from "./same_files.ts";
import { siteLayer } from "./site_layer.ts";
import { layerTrees, wheelLayer } from "./wheel_trees.ts";

/** A variant, and what is known of its layers, in their order. */
export interface PackedLayers {
  readonly variant: PackedVariant;
  readonly facts: readonly LayerFacts[];
}

/**
 * The layers of each target, in the registry that is packed into, and the variants that they make.
 * @throws EdgebootError PACK_REFUSED, WHEEL_INVALID (65) and those of the readers of archives
 */
export async function packLayers(
  request: PackRequest,
  targets: readonly PackTarget[],
  code: AppCode,
  dependencies: ReadonlyMap<PackTarget, Dependencies>,
  output: string,
  context: PackContext,
): Promise<PackedLayers[]> {
  const packed: PackedLayers[] = [];
  for (const target of targets) {
    const own = code.layers.get(target);
    if (own !== undefined) await addBlob(own.path, own.layer.sha256, output, context);
    const found = dependencies.get(target)!;
    const others = await dependencyLayers(found, target, request, output, context);
    const stated = own === undefined ? others : [own.layer, ...others];
    const trees = stated.length === 0 ? [] : await layerTrees(stated, request, context);
    await refuseSameFilesOf(trees, target, context);
    const facts = trees.map((tree) => layerFacts(tree, context));
    const layers = stated.map((layer, index) => ({
      ...layer,
      unpackedSize: layer.kind === "pyz" ? undefined : facts[index]!.unpackedSize,
    }));
    const wheels = [...(code.tags === undefined ? [] : [code.tags]), ...namesOf(found)];
    const variant = variantOf(target, layers, wheels, facts, own !== undefined, found);
    packed.push({ variant, facts });
  }
  return packed;
}

/** Those that are one for several targets, once. */
export function variantsOf(packed: readonly PackedLayers[]): PackedVariant[] {
  return mergeVariants(packed.map(({ variant }) => variant));
}

function variantOf(
  target: PackTarget,
  layers: readonly Layer[],
  wheels: Demands["wheels"],
  facts: readonly LayerFacts[],
  hasCode: boolean,
  dependencies: Dependencies,
): PackedVariant {
  const native = facts.flatMap(({ native }) => native);
  const glibc = leastGlibc(native);
  const isNativeCode = hasCode && facts[0]!.native.length > 0;
  const isTree = layers.some(({ kind }) => kind === "deps") && wheels.length === 0;
  const isNativeFile = dependencies.kind === "pyz" && dependencies.isNative;
  const demands = {
    ...{ wheels, glibc, isNative: native.length > 0 || isNativeFile },
    isBoundToVersion: isNativeFile || native.length > 0 && (isNativeCode || isTree),
  };
  return { ...tagsOf(target, demands), systemLibs: systemLibraries(native), glibc, layers };
}

function namesOf(dependencies: Dependencies): WheelName[] {
  if (dependencies.kind !== "wheels") return [];
  return dependencies.wheels.map(({ file }) => parseWheelName(file)!);
}

async function dependencyLayers(
  dependencies: Dependencies,
  target: PackTarget,
  request: PackRequest,
  output: string,
  context: PackContext,
): Promise<Layer[]> {
  switch (dependencies.kind) {
    case "none":
      return [];
    case "wheels": {
      const layers: Layer[] = [];
      for (const wheel of dependencies.wheels) {
        if (request.layering === "wheels") await addBlob(wheel.path, wheel.sha256, output, context);
        layers.push(wheelLayer(wheel));
      }
      if (request.layering === "wheels" || layers.length === 0) return layers;
      return [await oneLayer(dependencies.wheels, target, request, output, context)];
    }
    case "tree": {
      const built = await siteLayer(dependencies, context);
      await addBlob(built.path, built.layer.sha256, output, context);
      return [built.layer];
    }
    case "pyz": {
      const { path } = dependencies;
      const { sha256, size } = await hashFile(path, context.host);
      await addBlob(path, sha256, output, context);
      const rest = { unpackedSize: undefined, pythonPaths: undefined, url: undefined };
      return [{ kind: "pyz", sha256, size, ...rest }];
    }
  }
}
