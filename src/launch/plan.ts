import type { EnvChanges } from "../model/release.ts";
import type { Program } from "./program.ts";
import type { TreePaths } from "./tree_paths.ts";
import {
  applyRules,
  type Inherited,
  type VariableChanges,
  type VariableRules,
} from "./variables.ts";

/** Everything that `main.ts` needs for the one exec. Pure data. */
export interface LaunchPlan extends VariableChanges {
  readonly executable: string;
  readonly argv: readonly string[];
}

export interface RulesInput {
  readonly program: Pick<Program, "argv" | "needsScriptPath">;
  readonly trees: readonly TreePaths[];
  readonly releaseEnv: EnvChanges;
  readonly inheritPythonPath: boolean;
  /** The virtual environment; undefined: PYTHONPATH has to do. */
  readonly path: string | undefined;
  /** Import roots of app layers, absolute, in order. */
  readonly appRoots: readonly string[];
  /** edgeboot's own settings and secrets: the app does not get to see them. */
  readonly controlVariables: readonly string[];
  readonly identity: {
    readonly app: string | undefined;
    readonly version: string | undefined;
    /** `sha256:<hex>` of the release, in direct mode of the bundle */
    readonly digest: string;
  };
}

/** A program and what it does to the variables that it inherits. */
export function planOf(
  { executable, argv }: Pick<Program, "executable" | "argv">,
  rules: VariableRules,
  inherited: Inherited,
): LaunchPlan {
  return { executable, argv, ...applyRules(rules, inherited) };
}

/** Left by environment managers for another Python than the one that starts now. */
const DROPPED = ["PYTHONHOME", "PYTHONEXECUTABLE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"];

/** What a start of the program does to its environment variables. */
export function composeRules(input: RulesInput): VariableRules {
  const { trees, releaseEnv, controlVariables, inheritPythonPath, path: environment } = input;
  const set = new Map<string, string>();
  // Without an environment Python would leave its bytecode in the trees, which never change.
  if (environment === undefined) set.set("PYTHONDONTWRITEBYTECODE", "1");
  const unset = new Set([...DROPPED, ...controlVariables]);
  const defaults = new Map<string, string>();
  // The release may overrule the Python settings above; it knows its app. What steers edgeboot, secrets among
  // it, it brings back by no way: a child that calls edgeboot would be steered by who publishes the app.
  const isOurs = (name: string) => controlVariables.includes(name);
  for (const [name, value] of releaseEnv.defaults) {
    if (isOurs(name)) continue;
    if (unset.has(name)) set.set(name, value);
    else defaults.set(name, value);
  }
  for (const [name, value] of releaseEnv.set) {
    if (isOurs(name)) continue;
    set.set(name, value);
    defaults.delete(name);
  }
  for (const name of releaseEnv.unset) {
    set.delete(name);
    defaults.delete(name);
    unset.add(name);
  }
  for (const map of [set, defaults]) map.delete("PYTHONPATH");
  const pythonPath = pythonPathOf(input);
  if (pythonPath.length > 0) set.set("PYTHONPATH", pythonPath.join(":"));
  setIdentity(set, unset, input);
  const own = environment === undefined ? [] : [`${environment}/bin`];
  const path = [...own, ...trees.flatMap(({ bins }) => bins)];
  return { set, defaults, unset, path, inheritPythonPath };
}

/** A zip application that is the program puts itself on the path. */
function pythonPathOf({ program, trees, path, appRoots }: RulesInput): string[] {
  const roots = path === undefined ? trees.flatMap((tree) => tree.pythonPaths) : appRoots;
  const pyzs = new Set(trees.flatMap(({ pyz }) => pyz ?? []));
  return roots.filter((root) => !pyzs.has(root) || !program.argv.includes(root));
}

function setIdentity(
  set: Map<string, string>,
  unset: Set<string>,
  { identity }: RulesInput,
): void {
  const variables = [
    ["EDGEBOOT_CURRENT_APP", identity.app],
    ["EDGEBOOT_CURRENT_VERSION", identity.version],
    ["EDGEBOOT_CURRENT_DIGEST", identity.digest],
  ] as const;
  for (const [name, value] of variables) {
    if (value === undefined) unset.add(name);
    else set.set(name, value);
  }
}
