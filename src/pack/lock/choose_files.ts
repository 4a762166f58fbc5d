import { parseWheelName, type WheelName } from "../../model/wheel_name.ts";
import type { EdgebootError } from "../../model/errors.ts";
import { matchTags } from "../../python/tags.ts";
import { withoutCredentials } from "../index/address.ts";
import { refused } from "../refusal.ts";
import { interpreterOf, type PackTarget, targetName } from "../target.ts";
import type { LockedFile, LockedPackage } from "./lock.ts";

/** What a package is taken from: a wheel that is there, or its source, which has to be built. */
export type Chosen =
  | {
    readonly kind: "wheel";
    readonly of: LockedPackage;
    readonly wheel: WheelName;
    readonly file: LockedFile;
  }
  | { readonly kind: "build"; readonly of: LockedPackage };

/**
 * For each package its best wheel; its source only where no wheel fits and building it was allowed.
 * @param allowBuild normalized names
 * @throws EdgebootError PACK_REFUSED (65): says of each package that has none what there is
 */
export function chooseFiles(
  packages: readonly LockedPackage[],
  target: PackTarget,
  allowBuild: ReadonlySet<string>,
): Chosen[] {
  const chosen: Chosen[] = [];
  const without: LockedPackage[] = [];
  for (const one of packages) {
    const best = bestWheel(one.wheels, target);
    const isBuildable = one.sdist !== undefined || one.source.kind !== "index";
    if (best !== undefined) chosen.push({ kind: "wheel", of: one, ...best });
    else if (isBuildable && allowBuild.has(one.name)) chosen.push({ kind: "build", of: one });
    else without.push(one);
  }
  if (without.length > 0) throw noWheel(without, target);
  return chosen;
}

/** The most specific one, and of those with the same tags the highest build. */
function bestWheel(
  files: readonly LockedFile[],
  target: PackTarget,
): { wheel: WheelName; file: LockedFile } | undefined {
  const python = interpreterOf(target);
  return files.flatMap((file) => {
    const wheel = parseWheelName(file.name);
    const match = wheel && matchTags(wheel, python);
    return wheel !== undefined && match?.fits ? [{ wheel, file, rank: match.rank }] : [];
  }).sort((a, b) => b.rank - a.rank || compareBuilds(b.wheel.build, a.wheel.build))[0];
}

/** `1`, `2local`: the number first (binary distribution format); none comes before all. */
function compareBuilds(a: string | undefined, b: string | undefined): number {
  const [first, second] = [a, b].map((build) => build === undefined ? -1 : parseInt(build, 10));
  return first! - second! || ((a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0);
}

function noWheel(packages: readonly LockedPackage[], target: PackTarget): EdgebootError {
  const [first, ...others] = packages as [LockedPackage, ...LockedPackage[]];
  const isSource = first.wheels.length === 0;
  const besides = others.length === 0
    ? ""
    : `; and so it is with ${
      others.map((one) => `${title(one)} (${whatThereIs(one, target)})`).join(", ")
    }`;
  return refused(isSource ? "sdist" : "wheel-unfit", {
    what: isSource
      ? `there is no wheel of ${title(first)}`
      : `no wheel of ${title(first)} fits ${targetName(target)}`,
    why: `there is ${whatThereIs(first, target)}${besides}`,
    next: nextStep(packages, target),
  }, { package: first.name });
}

function nextStep(packages: readonly LockedPackage[], target: PackTarget): string {
  const names = packages.map(({ name }) => `--allow-build ${name}`).join(" ");
  const build = `${names} builds here from source, for this machine's Python alone`;
  const isBuildable = packages.every(({ sdist, source }) =>
    sdist !== undefined || source.kind !== "index"
  );
  const isIndexed = packages.every(({ source }) => source.kind === "index");
  const others = isIndexed
    ? `lock a version that has a wheel for ${targetName(target)}`
    : "give wheels of them with --wheels DIR in place of the lock";
  return isBuildable
    ? `${build}; or ${others}`
    : `${others}, or name another --platform or --python`;
}

function title({ name, version }: LockedPackage): string {
  return version === undefined ? name : `${name} ${version}`;
}

const MOST_NAMED = 4;

/** `a wheel for cp311-cp311-win_amd64 and 12 others`, those for the same Python first; or the source. */
function whatThereIs({ wheels, sdist, source }: LockedPackage, target: PackTarget): string {
  if (wheels.length === 0) {
    if (source.kind === "directory") return `the directory ${source.path}`;
    if (source.kind === "vcs") return `a repository, ${withoutCredentials(source.text)}`;
    return sdist === undefined ? "no file at all" : `only its source, ${sdist.name}`;
  }
  const isNear = ({ name }: LockedFile) => {
    const wheel = parseWheelName(name);
    const match = wheel && matchTags(wheel, interpreterOf(target));
    return match?.fits === false && match.near === true;
  };
  const near = wheels.filter(isNear);
  const ordered = [...near, ...wheels.filter((file) => !near.includes(file))];
  const tags = [...new Set(ordered.map(({ name }) => tagsOf(name)))];
  const named = tags.slice(0, MOST_NAMED).join(", ");
  const rest = tags.length - MOST_NAMED;
  return `a wheel for ${named}${rest > 0 ? ` and ${rest} others` : ""}`;
}

function tagsOf(file: string): string {
  return file.replace(/\.whl$/, "").split("-").slice(-3).join("-");
}
