import { contains } from "../python/pep440/specifiers.ts";
import { parseVersion } from "../python/pep440/version.ts";
import { markerHolds } from "../python/pep508/evaluate.ts";
import { parseRequirement } from "../python/pep508/requirement.ts";
import type { Dependencies } from "./dependencies.ts";
import { markerVariables } from "./lock/marker_variables.ts";
import { ANY_TARGET, type PackTarget } from "./target.ts";

/** What a project says that it needs, and its dependencies do not bring. */
export interface Unmet {
  /** as `Requires-Dist` has it */
  readonly requirement: string;
  /** of the wheel that is there and does not fit; undefined: there is none */
  readonly found: string | undefined;
}

/**
 * The requirements of a project (`Requires-Dist`, core metadata) that a target's wheels do not meet: a module that is
 * imported late is otherwise missed in production. What a whole site-packages or a zip application has is
 * not looked at, nor are requirements for extras, which somebody has to ask for.
 */
export function unmetRequirements(
  requires: readonly string[],
  dependencies: Dependencies,
  target: PackTarget,
): Unmet[] {
  if (dependencies.kind === "tree" || dependencies.kind === "pyz") return [];
  const wheels = dependencies.kind === "wheels" ? dependencies.wheels : [];
  const versions = new Map(wheels.map(({ name, version }) => [name, version]));
  // Of a pack for any Python nobody knows what its markers will be asked.
  const variables = target === ANY_TARGET ? undefined : markerVariables(target);
  return requires.flatMap((text): Unmet[] => {
    const requirement = parseRequirement(text);
    if (requirement === undefined) return [];
    const { name, marker, specifiers } = requirement;
    if (marker !== undefined) {
      if (variables === undefined) return [];
      if (!markerHolds(marker, { variables, extras: NONE, groups: NONE })) return [];
    }
    const found = versions.get(name);
    const version = found === undefined ? undefined : parseVersion(found);
    const isMet = version !== undefined && contains(specifiers, version, found!);
    return isMet ? [] : [{ requirement: text, found }];
  });
}

const NONE: ReadonlySet<string> = new Set();
