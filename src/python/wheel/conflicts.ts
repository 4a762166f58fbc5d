import type { InstalledFile } from "./recipe.ts";

/** What one wheel, or one layer of another kind, puts into an environment. */
export interface Contribution {
  /** for messages: the file name of a wheel */
  readonly name: string;
  readonly files: readonly Pick<InstalledFile, "target" | "sha256">[];
}

/** Two that want the same place; the first one comes earlier in the list of layers. */
export interface WheelConflict {
  /** relative to the environment */
  readonly target: string;
  readonly first: string;
  readonly second: string;
  /** Both have a file of other content there, or one a file where the other one has a directory. */
  readonly kind: "content" | "directory";
}

/**
 * Where several wheels cannot be in one environment without one losing a file: by target, sorted. What is
 * the same in all of them (an empty `__init__.py` of a namespace, a licence) is no conflict.
 */
export function findConflicts(contributions: readonly Contribution[]): WheelConflict[] {
  const files = new Map<string, { name: string; sha256: string }>();
  const directories = new Map<string, string>();
  const conflicts: WheelConflict[] = [];
  for (const { name, files: own } of contributions) {
    for (const { target, sha256 } of own) {
      const before = files.get(target);
      if (before === undefined) files.set(target, { name, sha256 });
      else if (before.sha256 !== sha256 && before.name !== name) {
        conflicts.push({ target, first: before.name, second: name, kind: "content" });
      }
      for (const parent of parentsOf(target)) {
        if (directories.has(parent)) break;
        directories.set(parent, name);
      }
    }
  }
  const order = new Map(contributions.map(({ name }, index) => [name, index]));
  for (const [target, { name }] of files) {
    const other = directories.get(target);
    if (other === undefined) continue;
    const [first, second] = [name, other].sort((a, b) => order.get(a)! - order.get(b)!);
    conflicts.push({ target, first: first!, second: second!, kind: "directory" });
  }
  return conflicts.sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0));
}

/** From the nearest one up, without the top. */
function* parentsOf(target: string): Generator<string> {
  for (let end = target.lastIndexOf("/"); end > 0; end = target.lastIndexOf("/", end - 1)) {
    yield target.slice(0, end);
  }
}
