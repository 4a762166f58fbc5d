import type { Sha256 } from "../model/digest.ts";
import type { ErrorCode } from "../model/errors.ts";

/**
 * The steps of a start, one after the other. A step may come back: of several interpreters each is asked
 * and fitted, and the last good release begins anew.
 */
export type Phase =
  /** Before edgeboot's own code began; not told, but known. */
  | "runtime"
  | "settings"
  | "release"
  | "python"
  | "fit"
  | "leases"
  | "layers"
  | "collect"
  | "plan";

/**
 * Where a release came from: named by its digest and cached or not; pinned here; not asked again yet; as
 * the registry confirms, or with something new; the last that started here, in place of what has failed.
 */
export type ReleaseSource =
  | "cached"
  | "fetched"
  | "pinned"
  | "fresh"
  | "unchanged"
  | "changed"
  | "last-good"
  | "bundle";

/** Milliseconds of one layer. Verifying goes on while the download does; what it took is not in `download`. */
export interface LayerTimes {
  readonly wait: number;
  readonly download: number;
  readonly verify: number;
  readonly unpack: number;
  readonly publish: number;
}

/** What a command tells while it works. The command line turns events into text, bars or JSON. */
export type Event =
  /** A step has ended; it began when the one before ended. */
  | { readonly kind: "phase"; readonly phase: Phase }
  | {
    readonly kind: "release";
    readonly label: string;
    readonly app: string | undefined;
    readonly version: string | undefined;
    readonly digest: Sha256;
    readonly source: ReleaseSource;
  }
  | {
    /** The interpreter that starts the app, or one that was asked before it and does not fit. */
    readonly kind: "python";
    readonly path: string;
    readonly version: string;
    readonly fits: boolean;
    readonly why: string;
  }
  | {
    readonly kind: "layers";
    readonly layers: number;
    /** not in the cache */
    readonly missing: number;
    /** under a shared lock */
    readonly leased: number;
  }
  | {
    readonly kind: "fetch-begins";
    readonly label: string;
    readonly layers: number;
    /** packed bytes, where the release states all of them */
    readonly bytes: number | undefined;
  }
  | {
    readonly kind: "layer-progress";
    readonly digest: Sha256;
    readonly phase: "download" | "unpack";
    /** so far */
    readonly bytes: number;
    readonly total: number | undefined;
  }
  | {
    readonly kind: "layer-done";
    readonly digest: Sha256;
    readonly packedBytes: number;
    readonly unpackedBytes: number;
    readonly files: number;
    readonly leftOut: readonly string[];
    readonly ms: LayerTimes;
  }
  | {
    /** Another edgeboot has fetched the layer; `ms` is how long that was waited for. */
    readonly kind: "layer-awaited";
    readonly digest: Sha256;
    readonly ms: number;
  }
  | {
    readonly kind: "fetch-ends";
    readonly label: string;
    readonly packedBytes: number;
    readonly unpackedBytes: number;
    readonly ms: number;
  }
  | {
    readonly kind: "verify-progress";
    /** so far, of all trees */
    readonly bytes: number;
    readonly total: number;
  }
  | { readonly kind: "verify-ends" }
  | {
    readonly kind: "publish-begins";
    readonly label: string;
    /** of the release, each once */
    readonly blobs: number;
    /** of them all, where the release states it */
    readonly bytes: number | undefined;
  }
  | {
    readonly kind: "upload-progress";
    readonly digest: Sha256;
    /** so far */
    readonly bytes: number;
    readonly total: number;
  }
  | {
    readonly kind: "publish-ends";
    readonly label: string;
    readonly sent: number;
    readonly sentBytes: number;
    /** that were there already */
    readonly skipped: number;
    readonly ms: number;
  }
  | {
    /** Another edgeboot fetches the layer; sent once, after a second. */
    readonly kind: "waiting";
    readonly digest: Sha256;
    readonly holder: string;
  }
  | {
    /** A server did not answer, or broke off: it is asked again after a pause. */
    readonly kind: "retry";
    /** without credentials and query */
    readonly url: string;
    readonly why: string;
    /** of the coming one, since the last progress */
    readonly attempt: number;
    readonly attempts: number;
    readonly waitMs: number;
  }
  | {
    /** All is done: Python takes over, in place of this process or as its child. */
    readonly kind: "exec";
    readonly how: "exec" | "spawn";
    readonly executable: string;
    readonly argv: readonly string[];
    readonly pythonpath: string | undefined;
  }
  | { readonly kind: "warning"; readonly text: string }
  | {
    /** The last release that started here starts again, in place of what cannot be had. */
    readonly kind: "fallback";
    readonly text: string;
    readonly version: string | undefined;
    readonly digest: Sha256;
    /** why, and of which answer */
    readonly code: ErrorCode;
    readonly url: string | undefined;
    /** HTTP */
    readonly status: number | undefined;
  }
  | { readonly kind: "detail"; readonly text: string };

/** Whether it is one that people are warned by, with the words for it. */
export function isWarning(event: Event): event is Extract<Event, { kind: "warning" | "fallback" }> {
  return event.kind === "warning" || event.kind === "fallback";
}

export interface Reporter {
  /** To be awaited before work that takes long and tells of its progress. */
  begins?(): Promise<void>;
  event(event: Event): void;
}
