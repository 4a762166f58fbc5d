import type { Release, Variant } from "../model/release.ts";
import { formatVersion, satisfies } from "../model/version_spec.ts";
import type { Misfit } from "./misfits.ts";
import type { PythonInfo } from "../model/python_info.ts";
import { type Match, matchVariant, ownTag } from "../python/tags.ts";

export type Fit =
  & {
    /** One for each variant, in order. */
    readonly matches: readonly Match[];
  }
  & (Fitting | Pick<Misfit, "reasons" | "near"> & { readonly fits: false });

interface Fitting {
  readonly fits: true;
  readonly variant: Variant;
  /** position in the release, from 0 */
  readonly index: number;
  readonly why: string;
}

/** What keeps a variant whose tags fit from working here, in words; undefined where nothing does. */
export type Hindrance = (variant: Variant, python: PythonInfo) => string | undefined;

type Fitted = Pick<Release, "python" | "variants">;

/** The best variant of a release for one interpreter; among equals the first one listed. */
export function chooseVariant(
  release: Fitted,
  python: PythonInfo,
  hindrance?: Hindrance,
): Fit {
  const matches = judgeVariants(release, python, hindrance);
  const excluded = wrongVersion(release, python);
  if (excluded !== undefined) return { fits: false, reasons: [excluded], near: [], matches };
  let chosen: { index: number; rank: number } | undefined;
  const reasons: string[] = [];
  const near: string[] = [];
  matches.forEach((match, index) => {
    if (!match.fits) {
      const reason = `variant ${index + 1} (${formatTags(release.variants[index]!)}): ${match.why}`;
      reasons.push(reason);
      if (match.near) near.push(reason);
    } else if (chosen === undefined || match.rank > chosen.rank) {
      chosen = { index, rank: match.rank };
    }
  });
  if (chosen === undefined) return { fits: false, reasons, near, matches };
  const variant = release.variants[chosen.index]!;
  const why = `${formatTags(variant)} is the best match for ${ownTag(python)} on ${python.machine}`;
  return { fits: true, variant, index: chosen.index, why, matches };
}

/** One verdict for each variant, in order. */
export function judgeVariants(
  release: Fitted,
  python: PythonInfo,
  hindrance?: Hindrance,
): Match[] {
  const excluded = wrongVersion(release, python);
  return release.variants.map((variant) => {
    const match = matchVariant(variant, python);
    if (excluded !== undefined) return { fits: false, why: excluded };
    const why = match.fits ? hindrance?.(variant, python) : undefined;
    return why === undefined ? match : { fits: false, why, near: true };
  });
}

function wrongVersion({ python: spec }: Fitted, { version }: PythonInfo): string | undefined {
  if (spec === undefined || satisfies(version, spec)) return undefined;
  return `the release needs Python ${spec.text}, this is ${formatVersion(version)}`;
}

/** `cp311-cp311-manylinux_2_28_x86_64`, as in the name of a wheel. */
export function formatTags({ pythonTag, abi, platform }: Variant): string {
  return `${pythonTag}-${abi}-${platform}`;
}
