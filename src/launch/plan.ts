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
  /** The directory of edgeboot's sitecustomize, where this start needs it. */
  readonly support?: string | undefined;
  /** A directory of scripts that comes before the layers' own on PATH. */
  readonly scripts?: string | undefined;
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
  const { program, trees, releaseEnv, scripts, inheritPythonPath } = input;
  const set = new Map<string, string>([
    ["PYTHONNOUSERSITE", "1"],
    // Trees are read-only and carry their bytecode.
    ["PYTHONDONTWRITEBYTECODE", "1"],
    ...program.needsScriptPath ? [] : [["PYTHONSAFEPATH", "1"] as const],
  ]);
  const unset = new Set([...DROPPED, ...input.controlVariables]);
  const defaults = new Map<string, string>();
  // The release may overrule the Python settings above; it knows its app. What steers edgeboot, secrets among
  // it, it brings back by no way: a child that calls edgeboot would be steered by who publishes the app.
  const isOurs = (name: string) => input.controlVariables.includes(name);
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
  const path = [...(scripts === undefined ? [] : [scripts]), ...trees.flatMap(({ bins }) => bins)];
  return { set, defaults, unset, path, inheritPythonPath };
}

function pythonPathOf({ program, trees, support }: RulesInput): string[] {
  // A zip application that is the program puts itself on the path.
  const others = trees.filter(({ pyz }) => pyz === undefined || !program.argv.includes(pyz));
  return [
    ...(support === undefined ? [] : [support]),
    ...others.flatMap((tree) => tree.pythonPaths),
  ];
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
