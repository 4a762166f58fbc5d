import { EdgebootError } from "../../model/errors.ts";
import { type EntryPoint, parseEntryText } from "../../model/entry_point.ts";
import { isPlainOwnScript } from "../../launch/environment/scripts.ts";
import { visible } from "../../launch/probe.ts";
import { planOf } from "../../launch/plan.ts";
import {
  findProgram,
  inFile,
  optionsOf,
  type Program,
  type ProgramInput,
} from "../../launch/program.ts";
import type { FileSystem } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";
import { rulesFor } from "./rules.ts";
import type { StartRequest } from "./request.ts";
import type { ResolvedRelease } from "./resolved_release.ts";

/** What to start in the environment of a release. */
export type Wanted =
  | {
    readonly kind: "entry";
    /** undefined: what the layers start by themselves */
    readonly entry: EntryPoint | undefined;
    readonly args: readonly string[];
  }
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] };

/** @throws EdgebootError USAGE (64), ENTRY_POINT_UNKNOWN (127) */
export function wantedOf(
  request: StartRequest,
  release: ResolvedRelease,
  context: Pick<Context, "config">,
): Wanted {
  const { args } = request;
  if (request.kind === "exec") return { kind: "command", command: request.command, args };
  return { kind: "entry", entry: chooseEntry(release, context), args };
}

/**
 * Looks where it is; nothing is written.
 * @throws EdgebootError ENTRY_POINT_UNKNOWN (127)
 */
export async function findWanted(
  wanted: Wanted,
  release: ResolvedRelease,
  environment: Environment,
  context: Pick<Context, "host" | "config">,
): Promise<Program> {
  return wanted.kind === "entry"
    ? await findEntry(wanted, release, environment, context)
    : findCommand(wanted, environment, context);
}

/**
 * `--entry` names an entry point of the release, or says itself what to start; without it the
 * release's "default", or its only one.
 */
function chooseEntry(
  { body: { entryPoints }, label }: ResolvedRelease,
  { config }: Pick<Context, "config">,
): EntryPoint | undefined {
  const stated = config.entry?.value;
  if (stated !== undefined) return entryPoints.get(stated) ?? parseEntryText(stated);
  if (entryPoints.size === 0) return undefined;
  const only = entryPoints.size === 1 ? [...entryPoints.values()][0] : undefined;
  const entry = entryPoints.get("default") ?? only;
  if (entry !== undefined) return entry;
  throw new EdgebootError("ENTRY_POINT_UNKNOWN", {
    what: `${label} has no default entry point`,
    why: `the release has ${[...entryPoints.keys()].join(", ")}, and none is called "default"`,
    next: "choose one with --entry NAME",
  });
}

/**
 * A look at the directories can miss a module that only comes to be when its package is imported
 * (`six.moves`), or that an import hook brings. So before anything is refused Python is asked.
 */
async function findEntry(
  { entry, args }: Extract<Wanted, { kind: "entry" }>,
  release: ResolvedRelease,
  environment: Environment,
  context: Pick<Context, "host" | "config">,
): Promise<Program> {
  const { fs, commands } = context.host;
  const { pythonArgs } = release.body;
  const input: ProgramInput = {
    ...environment,
    ...{ entry, args, name: release.app ?? "app" },
    ...(pythonArgs === undefined ? {} : { pythonArgs }),
  };
  try {
    return findProgram(input, fs);
  } catch (error) {
    if (entry?.kind !== "module" && entry?.kind !== "callable") throw error;
    const { isImportable } = await import("../../launch/importable.ts");
    const program = findProgram({ ...input, moduleKnown: true }, fs);
    const rules = rulesFor(program, environment, release, context);
    const plan = planOf(program, rules, context.host.env);
    const options = optionsOf(environment, "no script");
    if (await isImportable(entry.module, plan, options, commands)) return program;
    throw error;
  }
}

/** As execvp(3) over the app's PATH, which begins with the `bin` of its environment. */
function findCommand(
  { command, args }: Extract<Wanted, { kind: "command" }>,
  { python, trees, path: environment }: Environment,
  { host }: Pick<Context, "host">,
): Program {
  const program = (executable: string, name = command) => ({
    ...{ executable, argv: [name, ...args], needsScriptPath: true },
  });
  if (environment === undefined && (command === "python" || command === "python3")) {
    return program(python.path, python.path);
  }
  if (command.includes("/")) return program(command);
  const inherited = (host.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(":");
  const places = [
    ...(environment === undefined ? [] : [`${environment}/bin`]),
    ...trees.flatMap((tree) => tree.bins),
    ...inherited,
  ];
  const found = places.map((place) => `${place}/${command}`).find((path) =>
    isExecutable(path, host.fs)
  );
  if (found !== undefined) {
    // The shell would do the same, where there is one.
    const isOwn = found.startsWith(`${environment}/bin/`) && isPlainOwnScript(found, host.fs);
    const interpreter = `${environment}/bin/python`;
    return isOwn
      ? { executable: interpreter, argv: [interpreter, found, ...args], needsScriptPath: true }
      : program(found);
  }
  throw new EdgebootError("ENTRY_POINT_UNKNOWN", {
    what: `no command ${JSON.stringify(command)}`,
    why: `it is in none of ${places.join(", ")}`,
    next: "give a path, or install it in the base image or a layer",
  });
}

function isExecutable(path: string, fs: FileSystem): boolean {
  const stat = visible(path, fs);
  return stat?.kind === "file" && (stat.mode & 0o111) !== 0;
}

/** Changes when the text for one and the same callable does. */
const CALLABLE_FORM = "2";
/** NAME_MAX of every file system that matters. */
const LONGEST_NAME = 255;

/**
 * A callable as a file in the cache, named by all that its text depends on; as it was where the cache can
 * neither hold it nor already does, and any other program, too.
 */
export function publishCallable(
  program: Program,
  { store }: Pick<Context, "store">,
): Program {
  const { callable } = program;
  if (callable === undefined) return program;
  const { name, text, module, attribute } = callable;
  const key = encodeURIComponent(`${module}=${attribute}`);
  if (key.length > LONGEST_NAME) return program;
  const path = `scripts/${CALLABLE_FORM}/${key}/${name}`;
  const directory = store.support.ensure(path, new Map([[name, text]]));
  return directory === undefined ? program : inFile(program, `${directory}/${name}`);
}
