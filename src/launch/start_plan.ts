import type { FileStat } from "../host/ports.ts";
import { type LayerDigest, tryParseLayerDigest } from "../model/digest.ts";
import { hash53 } from "../model/hash53.ts";
import type { VariableRules } from "./variables.ts";

/**
 * All that a start needs, found out once and kept in the cache. It holds for everybody who asks for the same
 * ({@link key}) on a machine that looks the same ({@link looks}); of what a process inherits nothing is in it.
 */
export interface StartPlan {
  readonly key: string;
  /** Of the variant that was chosen, in order. */
  readonly layers: readonly LayerDigest[];
  /** The key of the virtual environment; undefined where there is none. */
  readonly environment: string | undefined;
  /** Its site-packages, relative to it. */
  readonly site: string;
  readonly looks: readonly Look[];
  readonly executable: string;
  /** From argv[0] to where the arguments of the command line begin. */
  readonly argv: readonly string[];
  /** In place of arguments, where the command line has none. */
  readonly defaultArgs: readonly string[];
  readonly rules: VariableRules;
}

/** A file that decides which interpreter is chosen, and what it was. */
export interface Look {
  readonly path: string;
  readonly identity: string;
}

/** Another file in its place, or none, has another one; containers of several images number devices anew. */
export function identityOf(stat: FileStat | undefined): string {
  return stat === undefined ? "absent" : `${stat.ino}-${stat.size}-${stat.mtimeMs}`;
}

/** What a start plan depends on besides the release. */
export interface PlanKey {
  /** version and commit of edgeboot */
  readonly edgeboot: string;
  /** of the cache: a plan names its places */
  readonly root: string;
  readonly release: string;
  /** undefined in direct mode */
  readonly app: string | undefined;
  /** of a bundle, as they were stated */
  readonly pythonPaths: readonly string[] | undefined;
  /** `--entry` and `--python`, as they were stated */
  readonly entry: string | undefined;
  readonly python: string | undefined;
  readonly path: string | undefined;
  readonly inheritPythonPath: boolean;
}

/** Changes with the meaning of the document. */
const FORM = 2;

/** As text, to be compared. Of PATH, which is inherited, only a hash is in it. */
export function formatKey(key: PlanKey): string {
  const { edgeboot, root, release, app, pythonPaths, entry, python, path, inheritPythonPath } = key;
  const hashed = path === undefined ? undefined : hash53(path);
  return JSON.stringify([
    ...[FORM, edgeboot, root, release, app, pythonPaths, entry, python, hashed, inheritPythonPath],
  ]);
}

/** Containers of several images share a cache, and each has its interpreters. */
const MOST_PLANS = 4;

/**
 * The document of a key with a new plan in front; {@link findPlan} reads it.
 * @param before what was there
 */
export function addPlan({ key, ...plan }: StartPlan, before: string | undefined): string {
  const { looks, rules: { set, defaults, unset, path, inheritPythonPath }, ...rest } = plan;
  const added = {
    ...rest,
    looks: looks.map(({ path, identity }) => [path, identity]),
    rules: { set: [...set], defaults: [...defaults], unset: [...unset], path, inheritPythonPath },
  };
  const of = (plan: { looks?: unknown }) => JSON.stringify(plan.looks);
  const others = entriesOf(before, key).filter((other) => of(other) !== of(added));
  return JSON.stringify({ key, plans: [added, ...others].slice(0, MOST_PLANS) });
}

/**
 * The first plan in a document for this key whose looks are as they were.
 * @param identity what is at a path now, see {@link identityOf}
 */
export function findPlan(
  text: string,
  key: string,
  identity: (path: string) => string,
): StartPlan | undefined {
  for (const entry of entriesOf(text, key)) {
    const plan = parsePlan(entry, key);
    if (plan?.looks.every((look) => look.identity === identity(look.path))) return plan;
  }
  return undefined;
}

// deno-lint-ignore no-explicit-any -- what is wrong with them shows as an exception in parsePlan
function entriesOf(text: string | undefined, key: string): any[] {
  try {
    const json = JSON.parse(text ?? "");
    return json.key === key && Array.isArray(json.plans) ? json.plans : [];
  } catch {
    return [];
  }
}

// deno-lint-ignore no-explicit-any -- see above
function parsePlan(json: any, key: string): StartPlan | undefined {
  try {
    const { environment, executable, rules } = json;
    if (environment !== undefined) requireText(environment);
    return {
      key,
      environment,
      site: requireText(json.site),
      executable: requireText(executable),
      layers: list(json.layers, (digest) => tryParseLayerDigest(digest) ?? refuse()),
      looks: list(json.looks, ([path, identity]) => ({
        path: requireText(path),
        identity: requireText(identity),
      })),
      argv: list(json.argv, requireText),
      defaultArgs: list(json.defaultArgs, requireText),
      rules: {
        set: new Map(list(rules.set, pair)),
        defaults: new Map(list(rules.defaults, pair)),
        unset: new Set(list(rules.unset, requireText)),
        path: list(rules.path, requireText),
        inheritPythonPath: rules.inheritPythonPath === true,
      },
    };
  } catch {
    return undefined;
  }
}

function pair([name, value]: [unknown, unknown]): [string, string] {
  return [requireText(name), requireText(value)];
}

// deno-lint-ignore no-explicit-any -- what is wrong with it shows as an exception
function list<T>(value: any, parse: (item: any) => T): T[] {
  return Array.isArray(value) ? value.map((item) => parse(item)) : refuse();
}

function requireText(value: unknown): string {
  return typeof value === "string" && !value.includes("\0") ? value : refuse();
}

function refuse(): never {
  throw new TypeError("not a start plan");
}
