import { EdgebootError } from "../../model/errors.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { visible } from "../../launch/probe.ts";
import type { TreePaths } from "../../launch/tree_paths.ts";
import type { FileSystem } from "../../host/ports.ts";
import { publishPathScripts } from "./compose.ts";
import type { Context } from "../context.ts";
import { prepare } from "./prepare.ts";
import type { Target } from "./request.ts";
import { withLastGood } from "./start.ts";
import type { Subject } from "./subject.ts";

export interface ExecRequest {
  readonly target: Target;
  readonly command: string;
  readonly args: readonly string[];
}

/** `edgeboot exec`: any command in the environment that the app would get. */
export async function planExec(request: ExecRequest, context: Context): Promise<LaunchPlan> {
  return await withLastGood(
    request,
    context,
    (subject, done) => planCommand(subject, done, request, context),
  );
}

/** From a release to the one exec of a command. `done` is called when all layers are in place. */
export async function planCommand(
  subject: Subject,
  done: () => void,
  { command, args }: Omit<ExecRequest, "target">,
  context: Context,
): Promise<LaunchPlan> {
  const { python, paths, launch } = await prepare(subject, done, context);
  const executable = findCommand(command, paths, python, context);
  const program = {
    executable,
    argv: [executable === python.path ? executable : command, ...args],
    needsScriptPath: true,
  };
  return await launch(program);
}

/** As execvp(3) over the app's PATH, but `python` and `python3` are the app's interpreter. */
function findCommand(
  command: string,
  trees: readonly TreePaths[],
  python: PythonInfo,
  context: Context,
): string {
  if (command === "python" || command === "python3") return python.path;
  if (command.includes("/")) return command;
  const { host } = context;
  const scripts = publishPathScripts(trees, python, context);
  const inherited = (host.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(":");
  const places = [
    ...(scripts === undefined ? [] : [scripts]),
    ...trees.flatMap((tree) => tree.bins),
    ...inherited,
  ];
  const found = places.map((place) => `${place}/${command}`).find((path) =>
    isExecutable(path, host.fs)
  );
  if (found !== undefined) return found;
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
