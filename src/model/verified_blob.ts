import type { Sha256 } from "./digest.ts";

declare const verified: unique symbol;

/**
 * A file on disk, private to this process, whose bytes had the stated SHA-256 when they were
 * written. Unpacking takes nothing else, so "unpack before verify" does not type-check.
 */
export interface VerifiedBlob {
  readonly [verified]: true;
  readonly path: string;
  readonly sha256: Sha256;
  /** bytes */
  readonly size: number;
}

/**
 * Seals a claim that the caller has just proven. Only `src/store/ingest/ingest.ts` may import it; the
 * import-rule check in the gate refuses any other importer outside tests.
 */
export function sealVerifiedBlob(path: string, sha256: Sha256, size: number): VerifiedBlob {
  return { path, sha256, size } as VerifiedBlob;
}
