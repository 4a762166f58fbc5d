import type { LayerDigest } from "../model/digest.ts";

/** One dependency as it was locked and fetched: a wheel file on disk whose bytes have the digest. */
export interface LockedWheel {
  /** normalized, PEP 503 */
  readonly name: string;
  readonly version: string;
  /** the wheel's file name: `numpy-2.4.5-cp311-cp311-manylinux_2_28_x86_64.whl` */
  readonly file: string;
  /** where it is on disk, absolute */
  readonly path: string;
  /** of its bytes */
  readonly sha256: LayerDigest;
  /** bytes */
  readonly size: number;
  /** where an index serves it, without credentials */
  readonly url?: string;
}

/** A file of an installation prefix that is not imported: `bin/`, `share/`, `etc/` … */
export type PrefixFile =
  & {
    /** relative to the prefix */
    readonly path: string;
    readonly executable: boolean;
  }
  & (
    | {
      readonly kind: "file";
      /** absolute */
      readonly from: string;
      /** bytes */
      readonly size: number;
    }
    | { readonly kind: "made"; readonly bytes: Uint8Array }
  );

/** What the way in gave, for one target. */
export type Dependencies =
  | {
    readonly kind: "wheels";
    /** Sorted by name; each project once. */
    readonly wheels: readonly LockedWheel[];
  }
  | {
    readonly kind: "tree";
    /** A site-packages, absolute; scripts of entry points are made anew. */
    readonly directory: string;
    /** Names at its top that are no part of it. */
    readonly without?: ReadonlySet<string>;
    readonly beside?: readonly PrefixFile[];
  }
  | {
    readonly kind: "pyz";
    /** absolute */
    readonly path: string;
    /** Something compiled is in it: it is for the target alone. */
    readonly isNative: boolean;
  }
  | { readonly kind: "none" };
