import type { Target } from "../app/start/request.ts";
import { parseLayerDigest } from "../model/digest.ts";
import { parseLocation } from "../model/location.ts";
import { parseAppRef } from "../model/ref.ts";
import type { ParsedFlags } from "./flags.ts";

/** `--bundle` and `--sha256`, which only come together; undefined where they do not. */
export function bundleTarget(
  { values }: Pick<ParsedFlags, "values">,
  cwd: () => string,
): Target | undefined {
  const [bundle, sha256] = [values.get("bundle"), values.get("sha256")];
  if (typeof bundle !== "string" || typeof sha256 !== "string") return undefined;
  return {
    kind: "bundle",
    bundle: parseLocation(bundle, "bundle", cwd()),
    sha256: parseLayerDigest(sha256),
  };
}

/** @throws EdgebootError APP_ID_INVALID, REF_INVALID (64) */
export function appTarget(text: string): Target {
  return { kind: "app", appRef: parseAppRef(text) };
}
