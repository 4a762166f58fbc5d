/**
 * What a start does to its environment variables, whatever it inherits: nothing of what is inherited is in
 * it, so it can be kept in a file that others may read.
 */
export interface VariableRules {
  readonly set: ReadonlyMap<string, string>;
  /** Only where nothing of that name is inherited; before {@link set}. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly unset: ReadonlySet<string>;
  /** Directories that come before what PATH has. */
  readonly path: readonly string[];
  /** What is inherited as PYTHONPATH comes behind what is set. */
  readonly inheritPythonPath: boolean;
}

/** Changes to the inherited environment; what is not named passes through untouched. */
export interface VariableChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly unset: ReadonlySet<string>;
}

/** Values that are not UTF-8 exist for `has` and have no `get`. */
export interface Inherited {
  get(name: string): string | undefined;
  has(name: string): boolean;
}

/** execvp(3)'s default, for services that are started without any PATH. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** The changes to the variables that this process has inherited; nothing is both set and unset. */
export function applyRules(
  rules: VariableRules,
  inherited: Inherited,
): VariableChanges {
  const set = new Map(rules.set);
  const unset = new Set(rules.unset);
  for (const [name, value] of rules.defaults) if (!inherited.has(name)) set.set(name, value);
  const before = rules.inheritPythonPath ? inherited.get("PYTHONPATH") : undefined;
  const pythonPath = [set.get("PYTHONPATH"), before].filter((part) => part);
  if (pythonPath.length > 0) set.set("PYTHONPATH", pythonPath.join(":"));
  else unset.add("PYTHONPATH");
  if (rules.path.length > 0) {
    // An empty entry, as an empty PATH would leave behind the layers', means the working directory.
    const path = set.get("PATH") || inherited.get("PATH") || DEFAULT_PATH;
    set.set("PATH", [...rules.path, path].join(":"));
  }
  for (const name of set.keys()) unset.delete(name);
  return { set, unset };
}
