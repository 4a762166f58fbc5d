import { parseWheelName, type WheelName } from "../model/wheel_name.ts";
import { matchTags } from "../python/tags.ts";
import { normalizeName, normalizeVersion } from "../python/wheel/normalize.ts";
import { interpreterOf, type PackTarget, targetName } from "./target.ts";
import { refused } from "./refusal.ts";

/**
 * Of the wheels of a directory those that a target takes: of each project the one that fits best.
 * @returns by file name, sorted by project
 * @throws EdgebootError PACK_REFUSED (65) where none of a project fits, and where it has two versions
 */
export function chooseWheels(files: readonly string[], target: PackTarget): WheelName[] {
  const names = files.flatMap((file) => parseWheelName(file) ?? []);
  const projects = Map.groupBy(names, ({ distribution }) => normalizeName(distribution));
  return [...projects].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([project, wheels]) => best(project, wheels, target));
}

function best(project: string, wheels: readonly WheelName[], target: PackTarget): WheelName {
  const python = interpreterOf(target);
  const ranked = wheels.map((wheel) => ({ wheel, match: matchTags(wheel, python) }));
  const fitting = ranked.flatMap(({ wheel, match }) =>
    match.fits ? [{ wheel, rank: match.rank }] : []
  );
  const [first, ...others] = fitting.sort((a, b) => b.rank - a.rank);
  if (first === undefined) {
    const [{ wheel, match }] = ranked as [typeof ranked[number]];
    throw refused("wheel-unfit", {
      what: `no wheel of ${project} fits ${targetName(target)}`,
      why: `${wheel.file}: ${match.fits ? "" : match.why}`,
      next: `add a wheel of ${project} for ${targetName(target)}, or name another --platform or ` +
        "--python",
    }, { wheel: wheel.file });
  }
  const other = others.find(({ wheel }) =>
    normalizeVersion(wheel.version) !== normalizeVersion(first.wheel.version)
  );
  if (other === undefined) return first.wheel;
  throw refused("two-versions", {
    what: `two versions of ${project} are to be packed`,
    why: `${first.wheel.file} and ${other.wheel.file} both fit ${targetName(target)}`,
    next: "leave one of them in the directory",
  }, { wheel: first.wheel.file });
}
