import type { Layer } from "../model/layer.ts";

/** A layer that was built, or is there as it is: a file on disk, and its row of the release. */
export interface BuiltLayer {
  readonly layer: Layer;
  /** of the archive, absolute */
  readonly path: string;
}
