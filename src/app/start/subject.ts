import type { AppId } from "../../model/app_id.ts";
import { type Sha256, shortDigest } from "../../model/digest.ts";
import { type Layer, NO_ENV_CHANGES, type Release } from "../../model/release.ts";
import { ANY_PYTHON } from "../../model/release.ts";
import { display } from "../../model/location.ts";
import type { LayerOptions, LayerSource } from "../../registry/registry.ts";
import type { Target } from "./request.ts";

/** One thing that can be fetched and started, wherever it was described. */
export interface Subject {
  /** for messages: `billing-api@stable`, `bundle 0123456789ab` */
  readonly label: string;
  readonly app: AppId | undefined;
  readonly version: string | undefined;
  /** of the release; in direct mode of the bundle */
  readonly digest: Sha256;
  readonly body: Omit<Release, "app" | "version">;
  /** It comes from the registry just now, and is not what started here last. */
  readonly isNew?: boolean;
  layerSource(layer: Layer, options?: LayerOptions): Promise<LayerSource>;
  /** For messages; contacts nothing. Throws where {@link layerSource} would without contacting. */
  layerOrigin(layer: Layer): string;
}

/** A release is enough: nothing needs to be published yet. */
export type Described = Pick<Subject, "label" | "app" | "body" | "isNew">;

type BundleTarget = Extract<Target, { kind: "bundle" }>;

/** Direct mode: a release of one layer that fits any Python, with nothing but its bytes. */
export function bundleSubject(
  { bundle, sha256 }: BundleTarget,
  fetchLayer: (options: LayerOptions) => Promise<LayerSource>,
): Subject {
  const layer: Layer = {
    kind: undefined,
    sha256,
    size: undefined,
    unpackedSize: undefined,
    pythonPaths: undefined,
    url: bundle.location,
  };
  return {
    label: `bundle ${shortDigest(sha256)} (${display(bundle.location)})`,
    app: undefined,
    version: undefined,
    digest: sha256,
    body: {
      created: undefined,
      unknownFields: [],
      python: undefined,
      entryPoints: new Map(),
      env: NO_ENV_CHANGES,
      variants: [{ ...ANY_PYTHON, systemLibs: [], layers: [layer] }],
    },
    layerSource: (_layer, options = {}) => fetchLayer(options),
    layerOrigin: () => display(bundle.location),
  };
}
