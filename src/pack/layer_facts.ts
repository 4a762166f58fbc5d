import type { CoreMetadata } from "./core_metadata.ts";
import type { NativeObject } from "./native.ts";

/** A project that is in a layer. */
export type PackagedProject = Pick<CoreMetadata, "name" | "version" | "license">;

/** What is found out about a layer once it is unpacked; it never changes. */
export interface LayerFacts {
  /** bytes of all files */
  readonly unpackedSize: number;
  readonly files: number;
  readonly projects: readonly PackagedProject[];
  readonly native: readonly NativeObject[];
}

/** Changes when {@link LayerFacts} does, so that what was kept is found out again. */
export const FACTS_FORMAT = "1";
