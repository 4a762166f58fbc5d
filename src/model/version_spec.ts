/**
 * `python` of a release: a PEP 440 version specifier set such as `>=3.11,<3.13` or `~=3.11`,
 * matched against a final release of an interpreter (three numbers).
 */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

type Operator = "==" | "!=" | ">=" | "<=" | ">" | "<" | "~=";

interface Clause {
  readonly operator: Operator;
  readonly release: readonly number[];
  /** `== 3.11.*` */
  readonly prefix: boolean;
}

export interface VersionSpec {
  readonly text: string;
  readonly clauses: readonly Clause[];
}

const CLAUSE = /^(~=|==|!=|>=|<=|>|<)\s*(\d+(?:\.\d+)*)(\.\*)?$/;

/** Returns undefined where the text is not a specifier set of final releases. */
export function parseVersionSpec(text: string): VersionSpec | undefined {
  const clauses: Clause[] = [];
  for (const part of text.split(",").map((part) => part.trim())) {
    const match = CLAUSE.exec(part);
    if (match === null) return undefined;
    const operator = match[1] as Operator;
    const release = match[2]!.split(".").map(Number);
    const prefix = match[3] !== undefined;
    // PEP 440: `.*` goes with == and != only, and ~= needs two numbers or more.
    if (prefix && operator !== "==" && operator !== "!=") return undefined;
    if (operator === "~=" && release.length < 2) return undefined;
    clauses.push({ operator, release, prefix });
  }
  return { text, clauses };
}

/** Whether an interpreter of this version is within the specifier set. */
export function satisfies(version: PythonVersion, spec: VersionSpec): boolean {
  const release = [version.major, version.minor, version.micro];
  return spec.clauses.every((clause) => clauseHolds(release, clause));
}

/** `3.11.7`. */
export function formatVersion(version: PythonVersion): string {
  return `${version.major}.${version.minor}.${version.micro}`;
}

function clauseHolds(release: readonly number[], clause: Clause): boolean {
  const order = compare(release, clause.release);
  switch (clause.operator) {
    case "==":
      return clause.prefix ? startsWith(release, clause.release) : order === 0;
    case "!=":
      return clause.prefix ? !startsWith(release, clause.release) : order !== 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "~=":
      return order >= 0 && startsWith(release, clause.release.slice(0, -1));
  }
}

/** Missing numbers count as 0, as PEP 440 pads them. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function startsWith(release: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((number, index) => (release[index] ?? 0) === number);
}
