import type { ErrorCode } from "../../model/errors.ts";
import type { ReleaseSource } from "../events.ts";

/** What a start would do, in the order in which it would; what it does not come to is not there. */
export interface Explanation {
  readonly command: "run" | "exec" | "fetch";
  /** Those that are not at their default; secrets and credentials are masked. */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly origin: string;
  }[];
  readonly cache: {
    readonly path: string;
    readonly origin: string;
    readonly exists: boolean;
    readonly writable: boolean;
  };
  release?: ExplainedRelease;
  /** In the order in which they were asked. */
  pythons?: readonly {
    readonly path: string;
    readonly version: string;
    readonly fits: boolean;
    readonly why: string;
  }[];
  variant?: {
    readonly tags: string;
    /** from 1 */
    readonly number: number;
    readonly of: number;
    readonly why: string;
  };
  layers?: readonly ExplainedLayer[];
  /** Where layers are missing. */
  space?: {
    readonly needed_bytes: number;
    readonly free_bytes?: number;
    /** What the collector would make room with. */
    readonly collect?: { readonly trees: number; readonly bytes: number };
  };
  /** After the fetch, where the settings give the cache limits. */
  budget?: { readonly max_bytes?: number; readonly max_age_seconds?: number };
  entry_point?: string;
  launch?: ExplainedLaunch;
  /** What shows only when the layers are unpacked. */
  pending?: string;
  readonly warnings: readonly string[];
  failure?: {
    readonly code: ErrorCode;
    readonly exit: number;
    readonly what: string;
    readonly why: string;
    readonly next: string;
  };
}

export interface ExplainedRelease {
  readonly label: string;
  readonly version?: string;
  /** `sha256:<hex>` */
  readonly digest: string;
  readonly source: ReleaseSource;
  /** Whether the registry was asked for it just now. */
  readonly asked: boolean;
  readonly registry?: string;
}

export interface ExplainedLayer {
  /** Absent where the release leaves it to the layer's bytes. */
  readonly kind?: string;
  /** `sha256:<hex>` */
  readonly digest: string;
  readonly cached: boolean;
  /** Where its tree is, or will be. */
  readonly path: string;
  readonly size?: number;
  readonly unpacked_size?: number;
  /** Where it would be fetched from. */
  readonly url?: string;
  /** Bytes that an earlier attempt has left, to be continued where the origin allows. */
  readonly partial_bytes?: number;
  /** Another edgeboot fetches it at this moment, and would be waited for. */
  readonly being_fetched?: true;
  readonly lease: {
    readonly path: string;
    /** none: an image brought the tree, or locks do nothing here; the collector keeps it, too */
    readonly state: "shared" | "made" | "none";
  };
}

export interface ExplainedLaunch {
  readonly how: "exec" | "spawn";
  readonly executable: string;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: {
    /** Values that the release gives to variables with names of secrets are masked. */
    readonly set: Readonly<Record<string, string>>;
    /** Of what is inherited. */
    readonly unset: readonly string[];
  };
}
