import type { Target } from "../app/start/request.ts";
import { parseLayerDigest } from "../model/digest.ts";
import { parseLocation } from "../model/location.ts";
import { parseAppRef } from "../model/ref.ts";
import { type ParsedFlags, usage } from "./flags.ts";

/** `--bundle` and `--sha256`, which only come together; undefined where neither is given. */
export function bundleTarget(
  command: string,
  flags: ParsedFlags,
  cwd: () => string,
): Target | undefined {
  const bundle = flags.values.get("bundle");
  const sha256 = flags.values.get("sha256");
  if (bundle === undefined && sha256 === undefined) return undefined;
  if (typeof bundle !== "string") {
    throw usage({ command }, "--sha256 is the digest of a --bundle URL");
  }
  if (typeof sha256 !== "string") {
    throw usage({ command }, "--bundle needs --sha256 HEX: nothing is started unverified");
  }
  return {
    kind: "bundle",
    bundle: parseLocation(bundle, "bundle", cwd()),
    sha256: parseLayerDigest(sha256),
  };
}

/**
 * The app of an operand.
 * @throws EdgebootError APP_ID_INVALID or REF_INVALID (64)
 */
export function appTarget(text: string): Target {
  return { kind: "app", appRef: parseAppRef(text) };
}
