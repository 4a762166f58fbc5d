import type { EnvChanges } from "../model/release.ts";
import type { Program } from "./program.ts";
import type { TreePaths } from "./tree_paths.ts";

/** Everything that `main.ts` needs for the one exec. Pure data. */
export interface LaunchPlan {
  readonly executable: string;
  readonly argv: readonly string[];
  /** Changes to the inherited environment; what is not named passes through untouched. */
  readonly set: ReadonlyMap<string, string>;
  readonly unset: ReadonlySet<string>;
}

export interface PlanInput {
  readonly program: Program;
  readonly trees: readonly TreePaths[];
  readonly releaseEnv: EnvChanges;
  readonly inherited: {
    get(name: string): string | undefined;
    has(name: string): boolean;
  };
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

/** Left by environment managers for another Python than the one that starts now. */
const DROPPED = ["PYTHONHOME", "PYTHONEXECUTABLE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"];

/** execvp(3)'s default, for services that are started without any PATH. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Decides the one exec: the command line, and what changes in the environment. */
export function composePlan(input: PlanInput): LaunchPlan {
  const set = new Map<string, string>();
  const unset = new Set([...DROPPED, ...input.controlVariables]);
  setPythonDefaults(set, input.program);
  applyReleaseEnv(set, unset, input);
  setSearchPaths(set, unset, input);
  setIdentity(set, unset, input);
  for (const name of set.keys()) unset.delete(name);
  return { executable: input.program.executable, argv: input.program.argv, set, unset };
}

function setPythonDefaults(set: Map<string, string>, program: Program): void {
  set.set("PYTHONNOUSERSITE", "1");
  // Trees are read-only and carry their bytecode.
  set.set("PYTHONDONTWRITEBYTECODE", "1");
  if (!program.needsScriptPath) set.set("PYTHONSAFEPATH", "1");
}

/** The release may overrule the Python settings above; it knows its app. */
function applyReleaseEnv(
  set: Map<string, string>,
  unset: Set<string>,
  { releaseEnv, inherited }: PlanInput,
): void {
  for (const [name, value] of releaseEnv.defaults) {
    if (!inherited.has(name) || unset.has(name)) set.set(name, value);
  }
  for (const [name, value] of releaseEnv.set) set.set(name, value);
  for (const name of releaseEnv.unset) {
    set.delete(name);
    unset.add(name);
  }
}

function setSearchPaths(
  set: Map<string, string>,
  unset: Set<string>,
  { program, trees, inherited, inheritPythonPath, support, scripts }: PlanInput,
): void {
  // A zip application that is the program puts itself on the path.
  const others = trees.filter(({ pyz }) => pyz === undefined || !program.argv.includes(pyz));
  const pythonPath = support === undefined ? [] : [support];
  pythonPath.push(...others.flatMap((tree) => tree.pythonPaths));
  const before = inheritPythonPath ? inherited.get("PYTHONPATH") : undefined;
  if (before !== undefined && before !== "") pythonPath.push(before);
  if (pythonPath.length > 0) set.set("PYTHONPATH", pythonPath.join(":"));
  else {
    set.delete("PYTHONPATH");
    unset.add("PYTHONPATH");
  }

  const bins = [...(scripts === undefined ? [] : [scripts]), ...trees.flatMap((tree) => tree.bins)];
  if (bins.length === 0) return;
  // An empty entry, as an empty PATH would leave behind the layers', means the working directory.
  const path = set.get("PATH") || inherited.get("PATH") || DEFAULT_PATH;
  set.set("PATH", [...bins, path].join(":"));
}

function setIdentity(set: Map<string, string>, unset: Set<string>, { identity }: PlanInput): void {
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
