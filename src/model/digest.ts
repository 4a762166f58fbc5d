import { EdgebootError } from "./errors.ts";

declare const brand: unique symbol;
declare const ofRelease: unique symbol;
declare const ofLayer: unique symbol;

/** A SHA-256 as 64 lower-case hex characters, e.g. `e3b0c442…`. Only this file makes one. */
export type Sha256 = string & { readonly [brand]: "Sha256" };
/** Of a release document. One of a layer does not pass for it, and the other way round. */
export type ReleaseDigest = Sha256 & { readonly [ofRelease]: true };
/** Of a layer's archive, and with that the name of its tree. */
export type LayerDigest = Sha256 & { readonly [ofLayer]: true };

const HEX_64 = /^[0-9a-f]{64}$/;

/** Parses `<64 hex>` or `sha256:<64 hex>`, either case. Returns undefined when it is neither. */
export function tryParseSha256(text: string): Sha256 | undefined {
  const hex = (text.startsWith("sha256:") ? text.slice(7) : text).toLowerCase();
  return HEX_64.test(hex) ? hex as Sha256 : undefined;
}

/** @throws EdgebootError DIGEST_INVALID (64) */
export function parseSha256(text: string): Sha256 {
  return tryParseSha256(text) ?? refuse(text);
}

/** As {@link tryParseSha256}, for what is known to be the digest of a release document. */
export function tryParseReleaseDigest(text: string): ReleaseDigest | undefined {
  return tryParseSha256(text) as ReleaseDigest | undefined;
}

/** As {@link tryParseSha256}, for what is known to be the digest of a layer. */
export function tryParseLayerDigest(text: string): LayerDigest | undefined {
  return tryParseSha256(text) as LayerDigest | undefined;
}

/**
 * A digest that a person typed, or that was computed of a release's document.
 * @throws EdgebootError DIGEST_INVALID (64)
 */
export function parseReleaseDigest(text: string): ReleaseDigest {
  return tryParseReleaseDigest(text) ?? refuse(text);
}

/**
 * The digest of a layer, as a person typed it.
 * @throws EdgebootError DIGEST_INVALID (64)
 */
export function parseLayerDigest(text: string): LayerDigest {
  return tryParseLayerDigest(text) ?? refuse(text);
}

function refuse(text: string): never {
  throw new EdgebootError("DIGEST_INVALID", {
    what: `not a SHA-256 digest: ${JSON.stringify(text)}`,
    why: `expected 64 hexadecimal characters, found ${text.length} characters`,
    next: "print the digest with `sha256sum FILE` and pass its first column",
  });
}

/** Short form for messages and progress lines: the first 12 hex characters, as git and docker show. */
export function shortDigest(digest: Sha256): string {
  return digest.slice(0, 12);
}
