import type { Release, Variant } from "../model/release.ts";
import { formatVersion, satisfies } from "../model/version_spec.ts";
import type { PythonInfo } from "./python_info.ts";
import { matchVariant, ownTag } from "./tags.ts";

export type Fit =
  | {
    readonly fits: true;
    readonly variant: Variant;
    /** position in the release, from 0 */
    readonly index: number;
    readonly why: string;
  }
  | { readonly fits: false; readonly reasons: readonly string[] };

/** The best variant of a release for one interpreter; among equals the first one listed. */
export function chooseVariant(
  release: Pick<Release, "python" | "variants">,
  python: PythonInfo,
): Fit {
  const spec = release.python;
  if (spec !== undefined && !satisfies(python.version, spec)) {
    const found = formatVersion(python.version);
    return { fits: false, reasons: [`the release needs Python ${spec.text}, this is ${found}`] };
  }
  let chosen: { index: number; rank: number } | undefined;
  const reasons: string[] = [];
  release.variants.forEach((variant, index) => {
    const match = matchVariant(variant, python);
    if (!match.fits) reasons.push(`variant ${index + 1} (${formatTags(variant)}): ${match.why}`);
    else if (chosen === undefined || match.rank > chosen.rank) chosen = { index, rank: match.rank };
  });
  if (chosen === undefined) return { fits: false, reasons };
  const variant = release.variants[chosen.index]!;
  const why = `${formatTags(variant)} is the best match for ${ownTag(python)} on ${python.machine}`;
  return { fits: true, variant, index: chosen.index, why };
}

export function formatTags({ pythonTag, abi, platform }: Variant): string {
  return `${pythonTag}-${abi}-${platform}`;
}
