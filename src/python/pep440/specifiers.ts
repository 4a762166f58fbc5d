import { compareReleases, compareVersions, parseVersion, type Version } from "./version.ts";

/**
 * Version specifiers of PEP 440 as packages state them, for any version. What a release says of
 * interpreters is read at each start, and has the few lines of `model/version_spec.ts` for it.
 */
export interface Specifiers {
  readonly text: string;
  readonly clauses: readonly Clause[];
}

type Operator = "==" | "!=" | ">=" | "<=" | ">" | "<" | "~=" | "===";

interface Clause {
  readonly operator: Operator;
  /** as it was written, for `===` */
  readonly text: string;
  /** undefined for `===` alone */
  readonly version: Version | undefined;
  /** `== 3.11.*` */
  readonly prefix: boolean;
}

const CLAUSE = /^(===|~=|==|!=|>=|<=|>|<)\s*(\S+)$/;

/** Returns undefined where the text is no specifier set; an empty one holds for every version. */
export function parseSpecifiers(text: string): Specifiers | undefined {
  const clauses: Clause[] = [];
  for (const part of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
    const match = CLAUSE.exec(part);
    const clause = match && parseClause(match[1] as Operator, match[2]!);
    if (!clause) return undefined;
    clauses.push(clause);
  }
  return { text, clauses };
}

function parseClause(operator: Operator, text: string): Clause | undefined {
  if (operator === "===") return { operator, text, version: undefined, prefix: false };
  const prefix = text.endsWith(".*");
  const version = parseVersion(prefix ? text.slice(0, -2) : text);
  if (version === undefined) return undefined;
  if (prefix && operator !== "==" && operator !== "!=") return undefined;
  if (prefix && (version.dev !== undefined || version.local.length > 0)) return undefined;
  if (operator === "~=" && version.release.length < 2) return undefined;
  return { operator, text, version, prefix };
}

/** Whether a version is within the set; pre-releases are taken as any other. */
export function contains(specifiers: Specifiers, version: Version, text: string): boolean {
  return specifiers.clauses.every((clause) => holds(clause, version, text));
}

function holds(clause: Clause, found: Version, text: string): boolean {
  const { operator, version: stated, prefix } = clause;
  if (stated === undefined) return text.toLowerCase() === clause.text.toLowerCase();
  switch (operator) {
    case "==":
      return equals(found, stated, prefix);
    case "!=":
      return !equals(found, stated, prefix);
    case "~=": {
      const release = stated.release.slice(0, -1);
      return compareVersions(publicOf(found), stated) >= 0 &&
        startsWith(found, { ...NONE, epoch: stated.epoch, release });
    }
    case ">=":
      return compareVersions(publicOf(found), stated) >= 0;
    case "<=":
      return compareVersions(publicOf(found), stated) <= 0;
    case "<":
      return isBelow(found, stated);
    default:
      return isAbove(found, stated);
  }
}

const NONE = { pre: undefined, post: undefined, dev: undefined, local: [] };

/** A local version counts only where one is asked for. */
function equals(found: Version, stated: Version, prefix: boolean): boolean {
  if (prefix) return startsWith(found, stated);
  const compared = stated.local.length === 0 ? publicOf(found) : found;
  return compareVersions(compared, stated) === 0;
}

function startsWith(found: Version, prefix: Version): boolean {
  if (found.epoch !== prefix.epoch) return false;
  if (prefix.pre === undefined && prefix.post === undefined) {
    return prefix.release.every((number, index) => (found.release[index] ?? 0) === number);
  }
  if (compareReleases(found.release, prefix.release) !== 0) return false;
  if (found.pre?.join() !== prefix.pre?.join()) return false;
  return prefix.post === undefined || found.post === prefix.post;
}

/** `<3.1` is not for `3.1.dev0`, unless it is of a pre-release itself. */
function isBelow(found: Version, stated: Version): boolean {
  if (compareVersions(found, stated) >= 0) return false;
  return isPre(stated) || !isPre(found) || compareReleases(found.release, stated.release) !== 0 ||
    found.epoch !== stated.epoch;
}

/** `>3.1` is for neither `3.1.post0` nor `3.1+local`. */
function isAbove(found: Version, stated: Version): boolean {
  if (compareVersions(found, stated) <= 0) return false;
  const same = found.epoch === stated.epoch &&
    compareReleases(found.release, stated.release) === 0;
  if (same && found.post !== undefined && stated.post === undefined) return false;
  return compareVersions(publicOf(found), stated) > 0;
}

function isPre({ pre, dev }: Version): boolean {
  return pre !== undefined || dev !== undefined;
}

function publicOf(version: Version): Version {
  return version.local.length === 0 ? version : { ...version, local: [] };
}
