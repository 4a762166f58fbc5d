import type { LayerDigest } from "./digest.ts";

/**
 * What a virtual environment is made of, before anything is made: directories, and for each what goes into
 * it. All paths are relative to the environment, or to the tree of a layer; "" is the top.
 */
export interface EnvironmentRecipe {
  /** 64 hex: the name under which it is kept; of all that its content depends on. */
  readonly key: string;
  /** Of the variant, in order: without these trees it is of no use. */
  readonly layers: readonly LayerDigest[];
  /** Those of them whose modules stay in their trees. */
  readonly apps: readonly LayerDigest[];
  /** The interpreter that `bin/python` is a link to. */
  readonly interpreter: string;
  /** The top first, parents before their children. */
  readonly folders: readonly EnvironmentFolder[];
  readonly made: readonly MadeFile[];
  readonly links: readonly SymbolicLink[];
}

export interface EnvironmentFolder {
  readonly path: string;
  /** Files of trees, by the directory that they come from. */
  readonly files: readonly FilesOfTree[];
  /** Where imports from this folder find and leave their bytecode; absent where it has no sources. */
  readonly bytecode?: BytecodeOfFolder;
}

export interface FilesOfTree {
  readonly layer: LayerDigest;
  readonly directory: string;
  readonly names: readonly string[];
  /** Links that lead out of what is merged: they are made anew, as links to those of the tree. */
  readonly byPath?: true;
}

/**
 * `shared`: all sources are of one layer, so the directory is one for every environment that the layer is part
 * of, and a new release of the app does not lose the bytecode of what has not changed.
 * `own`: layers meet here, or edgeboot's own module is here.
 */
export interface BytecodeOfFolder {
  readonly kind: "shared" | "own";
  readonly parts: readonly BytecodePart[];
}

export interface BytecodePart {
  readonly unit: BytecodeUnit;
  /** relative to the unit's root */
  readonly directory: string;
  /** Names of the sources, without `.py`, that are this layer's. */
  readonly stems: readonly string[];
  /** The tree has bytecode there. */
  readonly isCompiled: boolean;
}

/** The import root of a layer, and what is kept of its bytecode outside of the tree. */
export interface BytecodeUnit {
  readonly layer: LayerDigest;
  /** relative to the tree; "" is its top */
  readonly root: string;
}

/** A file that no tree has. */
export interface MadeFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
  /** What is added at its end is no damage. */
  readonly mayGrow?: boolean;
}

export interface SymbolicLink {
  readonly path: string;
  readonly target: string;
}
