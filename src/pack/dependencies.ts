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

/** What the way in gave, for one target. */
export type Dependencies =
  | {
    readonly kind: "wheels";
    /** Sorted by name; each project once. */
    readonly wheels: readonly LockedWheel[];
  }
  | {
    readonly kind: "tree";
    /** A site-packages, absolute; its `bin/` is made anew of entry points. */
    readonly directory: string;
  }
  | {
    readonly kind: "pyz";
    /** absolute */
    readonly path: string;
  }
  | { readonly kind: "none" };
