import type { Target } from "../app/start/request.ts";
import { parseLayerDigest } from "../model/digest.ts";
import { EdgebootError } from "../model/errors.ts";
import { isImportRoot } from "../model/inside_path.ts";
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
    ...importRoots(values.get("python-path")),
  };
}

/** @throws EdgebootError USAGE (64) for what is no path inside the bundle */
function importRoots(stated: string | true | undefined): { pythonPaths?: readonly string[] } {
  if (typeof stated !== "string") return {};
  const pythonPaths = stated.split(":");
  const wrong = pythonPaths.find((path) => !isImportRoot(path));
  if (wrong === undefined) return { pythonPaths };
  throw new EdgebootError("USAGE", {
    what: `${JSON.stringify(wrong)} is no import root of a bundle`,
    why: "--python-path takes a relative path inside the bundle, without '..'",
    next: "give the directory as it is in the archive, as src or vendor/lib, or . for its top",
  });
}

/** @throws EdgebootError APP_ID_INVALID, REF_INVALID (64) */
export function appTarget(text: string): Target {
  return { kind: "app", appRef: parseAppRef(text) };
}
