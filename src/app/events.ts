import type { Sha256 } from "../model/digest.ts";

/** What a command tells while it works. The command line turns events into text, bars or JSON. */
export type Event =
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
    readonly ms: { readonly download: number; readonly unpack: number; readonly publish: number };
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
    /** Another edgeboot fetches the layer; sent once, after a second. */
    readonly kind: "waiting";
    readonly digest: Sha256;
    readonly holder: string;
  }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "detail"; readonly text: string };

export interface Reporter {
  event(event: Event): void;
}
