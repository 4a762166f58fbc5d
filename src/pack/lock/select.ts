import { contains, type Specifiers } from "../../python/pep440/specifiers.ts";
import { parseVersion } from "../../python/pep440/version.ts";
import type { Marker } from "../../python/pep508/marker.ts";
import { type MarkerEnvironment, markerHolds } from "../../python/pep508/evaluate.ts";
import { normalizeVersion } from "../../python/wheel/normalize.ts";
import { refused } from "../refusal.ts";
import { interpreterOf, type PackTarget, targetName } from "../target.ts";
import type { Edge, Lock, LockedPackage, Offers } from "./lock.ts";
import { markerVariables } from "./marker_variables.ts";
import { unreadable } from "./table.ts";

/** What of a project is wanted besides its dependencies, normalized. */
export type Wanted = Offers;

/**
 * The packages of a lock that a target needs, sorted by name, each once.
 * @throws EdgebootError PACK_REFUSED (65) where the lock was not made for the target, or has two versions of a
 * project for it, or nothing by the name of an extra or group that is wanted; SOURCE_INVALID (65) where it contradicts itself
 */
export function selectPackages(lock: Lock, target: PackTarget, wanted: Wanted): LockedPackage[] {
  const environment: MarkerEnvironment = {
    variables: markerVariables(target),
    extras: new Set(wanted.extras),
    groups: new Set([...lock.defaultGroups, ...wanted.groups]),
  };
  refuseUnknown(lock, wanted);
  refuseOther(lock, target, environment);
  const selected = lock.roots === undefined
    ? lock.packages.filter((one) => holds(one.marker, environment))
    : reached(lock, lock.roots, environment);
  const sorted = [...selected].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  sorted.forEach((one, index) => {
    refuseOtherPython(one, target);
    if (sorted[index + 1]?.name === one.name) throw twoVersions(one, sorted[index + 1]!, target);
  });
  return sorted;
}

function holds(marker: Marker | undefined, environment: MarkerEnvironment): boolean {
  return marker === undefined || markerHolds(marker, environment);
}

/** All that the edges lead to. An edge of a package sees the extras that were asked of that package. */
function reached(
  lock: Lock,
  roots: readonly Edge[],
  environment: MarkerEnvironment,
): Set<LockedPackage> {
  const byName = Map.groupBy(lock.packages, ({ name }) => name);
  const extrasOf = new Map<LockedPackage, Set<string>>();
  const waiting = [{ edges: roots, environment }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const edge of next.edges) {
      if (!holds(edge.marker, next.environment)) continue;
      const found = destination(edge, byName.get(edge.name) ?? [], environment, lock.file);
      const before = extrasOf.get(found);
      const extras = new Set([...before ?? [], ...edge.extras]);
      if (before !== undefined && extras.size === before.size) continue;
      extrasOf.set(found, extras);
      waiting.push({ edges: found.dependencies, environment: { ...environment, extras } });
    }
  }
  return new Set(extrasOf.keys());
}

/** Of several versions the one that the edge names, or allows. */
function destination(
  edge: Edge,
  packages: readonly LockedPackage[],
  environment: MarkerEnvironment,
  file: string,
): LockedPackage {
  const here = packages.filter(({ marker }) => holds(marker, environment));
  const allowed = here.length < 2 ? here : here.filter(({ version }) => allows(edge, version));
  const [found, another] = allowed;
  if (found !== undefined && another === undefined) return found;
  throw unreadable(
    file,
    found === undefined
      ? `something depends on ${edge.name}, which is not in it`
      : `it does not say which of the versions ${found.version} and ${another!.version} of ` +
        `${edge.name} is meant`,
  );
}

function allows({ version: named, specifiers }: Edge, version: string | undefined): boolean {
  if (version === undefined) return true;
  if (named !== undefined) return normalizeVersion(named) === normalizeVersion(version);
  const parsed = parseVersion(version);
  return specifiers === undefined || parsed === undefined || contains(specifiers, parsed, version);
}

/** A name that nothing has would leave out in silence what it was meant to bring. */
function refuseUnknown({ offers, defaultGroups, file }: Lock, wanted: Wanted): void {
  if (offers === undefined) return;
  for (const [kind, flag] of [["extras", "extra"], ["groups", "group"]] as const) {
    const unknown = wanted[kind].find((name) => !offers[kind].includes(name));
    if (unknown === undefined) continue;
    const known = [...new Set(offers[kind])].filter((name) => !defaultGroups.includes(name)).sort()
      .join(", ");
    throw refused("not-locked", {
      what: `${file} has no ${flag} ${JSON.stringify(unknown)}`,
      why: known === "" ? `it was locked without any ${kind}` : `its ${kind} are ${known}`,
      next: `correct --${flag}, or lock again with it`,
    }, { path: file });
  }
}

function refuseOther(lock: Lock, target: PackTarget, environment: MarkerEnvironment): void {
  const { environments, requiresPython, file } = lock;
  const isFor = environments.length === 0 || environments.some((one) => holds(one, environment));
  if (isFor && admits(requiresPython, target)) return;
  const why = isFor ? `it is for Python ${requiresPython!.text}` : "it was resolved for others";
  throw refused("not-locked", {
    what: `${file} is not for ${targetName(target)}`,
    why,
    next: "lock for that platform and Python, too, or name others with --platform and --python",
  }, { path: file });
}

function refuseOtherPython({ name, version, requiresPython }: LockedPackage, target: PackTarget) {
  if (admits(requiresPython, target)) return;
  throw refused("not-locked", {
    what: `${name} ${version ?? ""} is not for Python ${target.python}`,
    why: `it is for Python ${requiresPython!.text}`,
    next: "lock for that Python, too, or name another one with --python",
  }, { package: name });
}

const LAST_MICRO = 99;

/** Whether some Python of the target's first two numbers is within the set. */
function admits(specifiers: Specifiers | undefined, target: PackTarget): boolean {
  if (specifiers === undefined) return true;
  const { version: { major, minor } } = interpreterOf(target);
  return [0, LAST_MICRO].some((micro) => {
    const text = `${major}.${minor}.${micro}`;
    return contains(specifiers, parseVersion(text)!, text);
  });
}

function twoVersions(one: LockedPackage, other: LockedPackage, target: PackTarget) {
  return refused("two-versions", {
    what: `two versions of ${one.name} are to be packed`,
    why: `the lock has ${one.version} and ${other.version} for ${targetName(target)}`,
    next: "let the tool that wrote the lock write it again",
  }, { package: one.name });
}
