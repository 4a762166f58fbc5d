import { type LayerDigest, tryParseLayerDigest } from "./digest.ts";
import { isImportRoot } from "./inside_path.ts";
import type { JsonObject } from "./json.ts";
import { parseWheelName, type WheelName } from "./wheel_name.ts";

export const LAYER_KINDS = ["deps", "app", "wheel", "data", "pyz"] as const;
export type LayerKind = typeof LAYER_KINDS[number];

/** One archive of a variant. */
export interface Layer {
  /** undefined in a short form that does not say: then the bytes decide. */
  readonly kind: LayerKind | undefined;
  readonly sha256: LayerDigest;
  /** packed bytes, where stated */
  readonly size: number | undefined;
  /** unpacked bytes, where stated */
  readonly unpackedSize: number | undefined;
  /** Of a layer of kind `wheel`, and of no other. */
  readonly wheel?: WheelName;
  /** Relative to the tree, in order; undefined: find them. */
  readonly pythonPaths: readonly string[] | undefined;
  /** Absolute, or relative to the release file; undefined: the registry's blob store. */
  readonly url: string | undefined;
}

/** @throws EdgebootError RELEASE_INVALID (65) */
export function readLayer(layer: JsonObject): Layer {
  const kind = layer.optionalString("kind");
  if (kind !== undefined && !LAYER_KINDS.includes(kind as LayerKind)) {
    throw layer.wrong("kind", LAYER_KINDS.join(", "), kind);
  }
  const hex = layer.string("sha256");
  const sha256 = tryParseLayerDigest(hex);
  if (sha256 === undefined) throw layer.wrong("sha256", "64 hexadecimal characters", hex);
  const wheel = kind === "wheel" ? readWheelName(layer) : undefined;
  const pythonPaths = readPythonPaths(layer);
  if (wheel !== undefined && pythonPaths !== undefined) {
    throw layer.wrong("python_paths", "nothing: a wheel says itself where its files go", []);
  }
  return {
    kind: kind as LayerKind | undefined,
    sha256,
    size: layer.optionalSize("size"),
    unpackedSize: layer.optionalSize("unpacked_size"),
    ...(wheel === undefined ? {} : { wheel }),
    pythonPaths,
    url: layer.optionalString("url"),
  };
}

function readWheelName(layer: JsonObject): WheelName {
  const file = layer.string("name");
  const name = parseWheelName(file);
  if (name !== undefined) return name;
  throw layer.wrong(
    "name",
    "a wheel's file name, as numpy-2.4.5-cp311-cp311-linux_x86_64.whl",
    file,
  );
}

function readPythonPaths(layer: JsonObject): readonly string[] | undefined {
  const pythonPaths = layer.optionalStrings("python_paths");
  pythonPaths?.forEach((path, index) => {
    if (!isImportRoot(path)) {
      throw layer.wrong(
        `python_paths[${index}]`,
        "a relative path inside the layer, without ':'",
        path,
      );
    }
  });
  return pythonPaths;
}
