import { EdgebootError } from "../../model/errors.ts";
import { type EntryPoint, parseEntryText } from "../../model/entry_point.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { findProgram, type Program, type ProgramInput } from "../../launch/program.ts";
import { about } from "../about.ts";
import { composeLaunch, publishPathScripts, publishScript } from "./compose.ts";
import type { Context } from "../context.ts";
import type { ReleaseSource } from "../events.ts";
import { prepare } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { isReplaceable, warnStale } from "./last_good.ts";
import { type Resolved, resolveTarget } from "./resolve.ts";
import type { Subject } from "./subject.ts";

/** `edgeboot run`: from a request to the one exec. */
export async function planRun(request: RunRequest, context: Context): Promise<LaunchPlan> {
  return await withLastGood(
    request,
    context,
    (subject, done) => planSubject(subject, done, request.args, context),
  );
}

/** From a release to the one exec. `done` is called when all layers are in place. */
export async function planSubject(
  subject: Subject,
  done: () => void,
  args: readonly string[],
  context: Context,
): Promise<LaunchPlan> {
  const entry = chooseEntry(subject, context);
  const { python, paths, launch } = await prepare(subject, done, context);
  const name = subject.app ?? "app";
  const input: ProgramInput = {
    ...{ entry, args, trees: paths, python, name, ...pythonArgs(subject) },
    pathScript: (name) => {
      const directory = publishPathScripts(paths, python, context);
      return directory && `${directory}/${name}`;
    },
    scriptFile: (name, callable, text) => publishScript(name, callable, text, context),
  };
  return await launch(await findProgramOrAsk(input, subject, context));
}

/**
 * A look at the directories can miss a module that only comes to be when its package is imported
 * (`six.moves`), or that an import hook brings. So before anything is refused Python is asked.
 */
async function findProgramOrAsk(
  input: ProgramInput,
  subject: Subject,
  context: Context,
): Promise<Program> {
  try {
    return findProgram(input, context.host.fs);
  } catch (error) {
    const { entry } = input;
    if (entry?.kind !== "module" && entry?.kind !== "callable") throw error;
    const { isImportable } = await import("../../launch/importable.ts");
    const program = findProgram({ ...input, moduleKnown: true }, context.host.fs);
    const plan = await composeLaunch(program, input.trees, input.python, subject, context);
    if (await isImportable(entry.module, plan, context.host.commands)) return program;
    throw error;
  }
}

function pythonArgs({ body: { pythonArgs } }: Subject) {
  return pythonArgs === undefined ? {} : { pythonArgs };
}

/**
 * Does the work for what the target stands for now. Where that cannot be had or does not hold what
 * it promises, the release that last started here is started instead, with a warning: a bad publish
 * or a dead registry must not keep a service down that ran a minute ago.
 */
export async function withLastGood<T>(
  request: Pick<RunRequest, "target">,
  context: Context,
  work: (subject: Subject, done: () => void) => Promise<T>,
): Promise<T> {
  context.store.checkRoot();
  const resolved: Resolved = await resolveTarget(request.target, context);
  tellRelease(resolved.subject, resolved.source, context);
  try {
    return await work(resolved.subject, resolved.remember);
  } catch (error) {
    const { lastGood } = resolved;
    if (lastGood === undefined || request.target.kind !== "app" || !isReplaceable(error)) {
      throw about(error, resolved.subject);
    }
    warnStale(request.target.appRef, lastGood, error, context);
    tellRelease(lastGood, "last-good", context);
    return await work(lastGood, () => {});
  }
}

export function tellRelease(
  { label, app, version, digest }: Subject,
  source: ReleaseSource,
  { report }: Context,
): void {
  report.event({ kind: "release", label, app, version, digest, source });
  report.event({ kind: "phase", phase: "release" });
}

/**
 * `--entry` names an entry point of the release, or says itself what to start; without it the
 * release's "default", or its only one.
 * @throws EdgebootError USAGE (64), ENTRY_POINT_UNKNOWN (127)
 */
export function chooseEntry(subject: Subject, { config }: Context): EntryPoint | undefined {
  const { entryPoints } = subject.body;
  const stated = config.entry?.value;
  if (stated !== undefined) return entryPoints.get(stated) ?? parseEntryText(stated);
  if (entryPoints.size === 0) return undefined;
  const only = entryPoints.size === 1 ? [...entryPoints.values()][0] : undefined;
  const entry = entryPoints.get("default") ?? only;
  if (entry !== undefined) return entry;
  throw new EdgebootError("ENTRY_POINT_UNKNOWN", {
    what: `${subject.label} has no default entry point`,
    why: `the release has ${[...entryPoints.keys()].join(", ")}, and none is called "default"`,
    next: "choose one with --entry NAME",
  });
}
