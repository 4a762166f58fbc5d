import { supportsEnvironments } from "../../launch/environment/key.ts";
import { sitePackages } from "../../launch/environment/layout.ts";
import type { Program } from "../../launch/program.ts";
import { addPlan, identityOf, type Look, type StartPlan } from "../../launch/start_plan.ts";
import type { VariableRules } from "../../launch/variables.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";
import { planKey } from "./plan_key.ts";
import type { Wanted } from "./program.ts";
import type { Selection } from "./python.ts";
import type { ResolvedRelease } from "./resolved_release.ts";

/** What a start has found out on the long way. */
export interface FoundOut {
  readonly release: ResolvedRelease;
  readonly selection: Selection;
  readonly wanted: Wanted;
  readonly program: Program;
  readonly rules: VariableRules;
  readonly environment: Pick<Environment, "key">;
}

type Keeping = Pick<Context, "config" | "host" | "records" | "cacheRoot">;

/** A longer list takes longer to look through than it saves. */
const MOST_LOOKS = 40;

/**
 * Keeps what was found out, so that the next start of the same takes the short way (`planned.ts`). A cache that
 * cannot be written is no reason not to start.
 */
export function keepPlan(found: FoundOut, context: Keeping): void {
  const { release, selection, environment } = found;
  // One that was made below $TMPDIR is gone with the machine's next start, and none at all is not for ever.
  if (environment.key === undefined && supportsEnvironments(selection.python)) return;
  const looks = looksOf(selection.looks, context);
  const command = commandOf(found);
  if (looks === undefined || command === undefined) return;
  const { app, digest, body } = release;
  const pythonPaths = body.variants[0]?.layers[0]?.pythonPaths;
  const of = app === undefined ? { ...pythonPaths && { pythonPaths } } : { app };
  const key = planKey(digest, of, context.cacheRoot.path, context.config, context.host.env);
  const plan: StartPlan = {
    key,
    layers: selection.variant.layers.map(({ sha256 }) => sha256),
    environment: found.environment.key,
    site: sitePackages(selection.python),
    looks: [...looks, ...behindShim(selection, context), ...madeFile(found, context)],
    ...command,
    rules: found.rules,
  };
  context.records.savePlan(digest, key, addPlan(plan, context.records.plan(digest, key)));
}

/**
 * All files that decide which interpreter it is. undefined where others would next time: from another working
 * directory, or for other versions that pyenv and uv keep.
 */
function looksOf(
  looks: readonly Look[],
  { config, host }: Pick<Keeping, "config" | "host">,
): readonly Look[] | undefined {
  const stated = config.python?.value;
  const chosen = looks.at(-1)!;
  if (stated?.startsWith("/")) return looks;
  const directories = (host.env.get("PATH") ?? "").split(":").map((path) =>
    path.replace(/\/+$/, "")
  );
  const isOnPath = directories.includes(chosen.path.slice(0, chosen.path.lastIndexOf("/")));
  if (!isOnPath || stated?.includes("/") || looks.length > MOST_LOOKS) return undefined;
  if (stated === undefined) return looks;
  const candidates = directories.filter((path) => path.startsWith("/"))
    .map((path) => `${path}/${stated}`);
  const before = candidates.slice(0, candidates.indexOf(chosen.path));
  return [...before.map((path) => ({ path, identity: "absent" })), chosen];
}

/** What is executed, where what was found only starts it (pyenv's shims). */
function behindShim(
  { python: { path }, looks }: Selection,
  { host: { fs } }: Pick<Keeping, "host">,
): Look[] {
  return looks.at(-1)!.path === path ? [] : [{ path, identity: identityOf(fs.stat(path)) }];
}

/** The long way makes it again where it has gone. */
function madeFile(
  { program: { file } }: FoundOut,
  { host: { fs } }: Pick<Keeping, "host">,
): Look[] {
  return file === undefined ? [] : [{ path: file, identity: identityOf(fs.stat(file)) }];
}

/** The command line without the arguments of this start; undefined where it is not one with arguments behind. */
function commandOf(
  { wanted, program: { executable, argv, callable } }: FoundOut,
): Pick<StartPlan, "executable" | "argv" | "defaultArgs"> | undefined {
  // A callable without a file is what a cache that cannot be written makes of it.
  if (wanted.kind !== "entry" || callable !== undefined) return undefined;
  const defaultArgs = wanted.entry?.defaultArgs ?? [];
  const args = wanted.args.length > 0 ? wanted.args : defaultArgs;
  const length = argv.length - args.length;
  const isTail = args.every((arg, index) => argv[length + index] === arg);
  return isTail ? { executable, argv: argv.slice(0, length), defaultArgs } : undefined;
}
