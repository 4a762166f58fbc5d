import { EdgebootError } from "./errors.ts";

declare const brand: unique symbol;

/** A SHA-256 as 64 lower-case hex characters, e.g. `e3b0c442…`. Only {@link parseSha256} makes one. */
export type Sha256 = string & { readonly [brand]: "Sha256" };

const HEX_64 = /^[0-9a-f]{64}$/;

/** Parses `<64 hex>` or `sha256:<64 hex>`, either case. Returns undefined when it is neither. */
export function tryParseSha256(text: string): Sha256 | undefined {
  const hex = (text.startsWith("sha256:") ? text.slice(7) : text).toLowerCase();
  return HEX_64.test(hex) ? hex as Sha256 : undefined;
}

/**
 * Parses a digest that a person typed.
 * @throws EdgebootError DIGEST_INVALID (64)
 */
export function parseSha256(text: string): Sha256 {
  const digest = tryParseSha256(text);
  if (digest !== undefined) return digest;
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
