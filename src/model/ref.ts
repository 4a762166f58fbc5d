import { type AppId, parseAppId } from "./app_id.ts";
import { type ReleaseDigest, tryParseReleaseDigest } from "./digest.ts";
import { EdgebootError } from "./errors.ts";

/** What follows `@`: a name to look up (channel or version), or a release's own digest. */
export type Ref =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "digest"; readonly digest: ReleaseDigest };

export interface AppRef {
  readonly app: AppId;
  readonly ref: Ref;
}

export const DEFAULT_CHANNEL = "stable";

// A name becomes a file name in a static tree and a tag in an OCI registry: the OCI distribution
// specification's tag grammar, plus '+' for the local part of a PEP 440 version.
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

/**
 * Parses `APP` or `APP@REF`, where REF is a channel, a version or `sha256:<hex>`.
 * @throws EdgebootError APP_ID_INVALID or REF_INVALID (64)
 */
export function parseAppRef(text: string): AppRef {
  const at = text.indexOf("@");
  if (at < 0) return { app: parseAppId(text), ref: { kind: "name", name: DEFAULT_CHANNEL } };
  return { app: parseAppId(text.slice(0, at)), ref: parseRef(text.slice(at + 1)) };
}

/** @throws EdgebootError REF_INVALID (64) */
export function parseRef(text: string): Ref {
  if (text.startsWith("sha256:")) {
    const digest = tryParseReleaseDigest(text);
    if (digest !== undefined) return { kind: "digest", digest };
    throw refInvalid(text, "a release digest is sha256: and 64 hexadecimal characters");
  }
  if (!isRefName(text)) {
    throw refInvalid(text, "a channel or version has 1 to 128 of A-Z a-z 0-9 . _ + -, and no '..'");
  }
  return { kind: "name", name: text };
}

/** Whether a channel or version may be called so. */
export function isRefName(text: string): boolean {
  return NAME.test(text) && !text.includes("..");
}

/** As {@link parseRef} reads it. */
export function formatRef(ref: Ref): string {
  return ref.kind === "name" ? ref.name : `sha256:${ref.digest}`;
}

/** As {@link parseAppRef} reads it. */
export function formatAppRef({ app, ref }: AppRef): string {
  return `${app}@${formatRef(ref)}`;
}

function refInvalid(text: string, why: string): EdgebootError {
  return new EdgebootError("REF_INVALID", {
    what: `not a channel, version or release digest: ${JSON.stringify(text)}`,
    why,
    next: "write APP@stable, APP@1.4.2 or APP@sha256:<hex>",
  });
}
