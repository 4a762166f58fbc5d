import type { WheelName } from "../../model/wheel_name.ts";

/** A wheel as it lies unpacked. */
export interface WheelSource {
  readonly name: WheelName;
  /** Every file and link by its path in the wheel, `/` between the parts; no directories. */
  readonly files: ReadonlyMap<string, WheelFile>;
  /** The bytes of one of the files, from its start; all of them, or at most so many. */
  read(path: string, most?: number): Uint8Array;
}

export interface WheelFile {
  readonly kind: "file" | "symlink";
  /** bytes */
  readonly size: number;
  /** of its bytes, lower-case hex; "" for a link */
  readonly sha256: string;
  readonly executable: boolean;
}

export type Scheme = "purelib" | "platlib" | "scripts" | "headers" | "data";

/** Where a wheel's files go. Paths are relative to the environment, "" is its top. */
export interface WheelTarget {
  readonly paths: Readonly<Record<Exclude<Scheme, "headers">, string>>;
  /** Each project has a directory of its own below it. */
  readonly headers: string;
  /** How a script begins that the environment's interpreter is to run; ends with a newline. */
  readonly scriptHeader: string;
  /**
   * Where the wheel's tree is, from where scripts go: those that other lines in front would change are started
   * from there. undefined: their first line is replaced like that of all.
   */
  readonly treeFromScripts?: string;
  /** What the environment is made of itself, as `pyvenv.cfg`: no wheel may replace it. */
  readonly reserved: ReadonlySet<string>;
  /** lower-case hex */
  sha256(bytes: Uint8Array): string;
}

/** What one wheel puts into an environment. Nothing is read or written to find it out but texts. */
export interface WheelRecipe {
  readonly name: WheelName;
  /** Sorted by target, each target once. */
  readonly files: readonly InstalledFile[];
  /** In words: what is unusual and does not keep the wheel from being installed. */
  readonly warnings: readonly string[];
}

export type InstalledFile = TreeFile | MadeFile;

interface Placed {
  readonly scheme: Scheme;
  /** relative to the environment */
  readonly target: string;
  /** bytes */
  readonly size: number;
  /** lower-case hex */
  readonly sha256: string;
}

/** The tree's file as it is: to be linked or copied. Its name is the same in both places. */
export interface TreeFile extends Placed {
  readonly kind: "tree";
  /** relative to the tree */
  readonly source: string;
}

/** A file that the tree does not have like that: a script, the new RECORD, INSTALLER. */
export interface MadeFile extends Placed {
  readonly kind: "made";
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}
