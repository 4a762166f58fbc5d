import { ensureTrees } from "../fetch/fetch_trees.ts";
import { wheelSource } from "../start/wheel.ts";
import type { Layer } from "../../model/layer.ts";
import { ANY_PYTHON, NO_ENV_CHANGES, type Variant } from "../../model/release.ts";
import { parseWheelName } from "../../model/wheel_name.ts";
import type { LockedWheel } from "../../pack/dependencies.ts";
import { installWheel } from "../../python/wheel/install.ts";
import type { WheelRecipe, WheelTarget } from "../../python/wheel/recipe.ts";
import type { PackContext } from "./context.ts";
import type { PackRequest } from "./request.ts";

/** A layer that is unpacked. */
export interface LayerTree {
  readonly layer: Layer;
  /** absolute */
  readonly path: string;
}

/**
 * Layers of the registry that is packed into, unpacked in the cache of packs by the code that unpacks them where
 * the app starts: what cannot be used there is refused here.
 * @throws EdgebootError ARCHIVE_BROKEN, ARCHIVE_HOSTILE and others of the readers
 */
export async function layerTrees(
  layers: readonly Layer[],
  { app, version }: Pick<PackRequest, "app" | "version">,
  context: PackContext,
): Promise<LayerTree[]> {
  const variant: Variant = { ...ANY_PYTHON, systemLibs: [], layers };
  const appRef = { app, ref: { kind: "name", name: version } } as const;
  const release = {
    ...{ label: `${app} ${version}`, app, version, digest: layers[0]!.sha256 },
    body: {
      ...{ created: undefined, python: undefined, entryPoints: new Map(), env: NO_ENV_CHANGES },
      ...{ variants: [variant], unknownFields: [] },
    },
    layersFrom: { kind: "registry", appRef, patience: "patient" },
  } as const;
  return [...await ensureTrees(release, variant, context)];
}

/** A wheel as a layer is the file as it is: its digest is the one of the lock. */
export function wheelLayer({ file, sha256, size }: LockedWheel): Layer {
  return {
    ...{ kind: "wheel", wheel: parseWheelName(file)!, sha256, size },
    ...{ unpackedSize: undefined, pythonPaths: undefined, url: undefined },
  };
}

/** How a wheel that is unpacked is installed into a layer of the form of an installation prefix. */
export async function recipeInPrefix(
  { layer, path }: LayerTree,
  paths: WheelTarget["paths"],
  headers: string,
  context: PackContext,
): Promise<WheelRecipe> {
  const { source, sha256 } = await wheelSource(layer.wheel!, layer.sha256, path, context);
  const target = { paths, headers, sha256, scriptHeader: "#!python\n", reserved: NOTHING };
  const recipe = installWheel(source, target);
  for (const text of recipe.warnings) context.report.event({ kind: "detail", text });
  return recipe;
}

const NOTHING: ReadonlySet<string> = new Set();
