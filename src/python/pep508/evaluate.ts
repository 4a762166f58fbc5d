import { contains, parseSpecifiers } from "../pep440/specifiers.ts";
import { parseVersion } from "../pep440/version.ts";
import { normalizeName } from "../wheel/normalize.ts";
import type { Comparison, Marker, Operand } from "./marker.ts";

/** What markers ask about: an interpreter, its machine, and what of a project is wanted. */
export interface MarkerEnvironment {
  /** By the names of PEP 508: `python_version`, `sys_platform` … */
  readonly variables: Readonly<Record<string, string>>;
  /** normalized */
  readonly extras: ReadonlySet<string>;
  /** normalized */
  readonly groups: ReadonlySet<string>;
}

/** Whether a marker holds; a comparison that makes no sense does not. */
export function markerHolds(marker: Marker, environment: MarkerEnvironment): boolean {
  if (marker.kind === "and") return marker.of.every((part) => markerHolds(part, environment));
  if (marker.kind === "or") return marker.of.some((part) => markerHolds(part, environment));
  return comparisonHolds(marker, environment);
}

function comparisonHolds(comparison: Comparison, environment: MarkerEnvironment): boolean {
  const { left, operator, right } = comparison;
  const wanted = wantedOf(right, environment) ?? wantedOf(left, environment);
  if (wanted !== undefined) return isWanted(comparison, wanted);
  const [a, b] = [valueOf(left, environment), valueOf(right, environment)];
  if (operator === "in") return b.includes(a);
  if (operator === "not in") return !b.includes(a);
  return versionsCompare(a, operator, b) ?? textsCompare(a, operator, b);
}

/** The set that a comparison is about, where it is about what of a project is wanted. */
function wantedOf(
  operand: Operand,
  { extras, groups }: MarkerEnvironment,
): ReadonlySet<string> | undefined {
  if (operand.kind === "text") return undefined;
  if (operand.name === "extra" || operand.name === "extras") return extras;
  return operand.name === "dependency_groups" ? groups : undefined;
}

/** `extra == "x"`, `"x" in extras`: x is wanted. */
function isWanted({ left, operator, right }: Comparison, wanted: ReadonlySet<string>): boolean {
  const text = left.kind === "text" ? left : right;
  const found = text.kind === "text" && wanted.has(normalizeName(text.text));
  if (operator === "==" || operator === "===" || operator === "in") return found;
  return (operator === "!=" || operator === "not in") && !found;
}

function valueOf(operand: Operand, { variables }: MarkerEnvironment): string {
  return operand.kind === "text" ? operand.text : variables[operand.name] ?? "";
}

/** As versions, where the right side is a version specifier and the left side a version. */
function versionsCompare(a: string, operator: string, b: string): boolean | undefined {
  const specifiers = parseSpecifiers(`${operator}${b}`);
  const version = parseVersion(a);
  if (specifiers === undefined || version === undefined) return undefined;
  return contains(specifiers, version, a);
}

function textsCompare(a: string, operator: string, b: string): boolean {
  switch (operator) {
    case "==":
    case "===":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      return false;
  }
}
