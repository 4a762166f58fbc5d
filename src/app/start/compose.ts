import { CONTROL_VARIABLES } from "../../config/settings.ts";
import { EdgebootError } from "../../model/errors.ts";
import { composePlan, type LaunchPlan } from "../../launch/plan.ts";
import type { Callable, Program } from "../../launch/program.ts";
import { pathScripts } from "../../launch/path_scripts.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { needsSupport } from "../../launch/support.ts";
import { SUPPORT_ID } from "../../launch/support_id.ts";
import type { TreePaths } from "../../launch/tree_paths.ts";
import type { Context } from "../context.ts";
import type { Subject } from "./subject.ts";

/** The program in the environment of its release: the last step of `run` and of `exec`. */
export async function composeLaunch(
  program: Program,
  trees: readonly TreePaths[],
  python: PythonInfo,
  subject: Subject,
  context: Context,
): Promise<LaunchPlan> {
  const { app, version, digest, body } = subject;
  return composePlan({
    program,
    trees,
    releaseEnv: body.env,
    inherited: context.host.env,
    inheritPythonPath: context.config.inheritPythonPath,
    controlVariables: CONTROL_VARIABLES,
    identity: { app, version, digest: `sha256:${digest}` },
    support: await supportFor(trees, subject, context),
    scripts: publishPathScripts(trees, python, context),
  });
}

/** The directory for PYTHONPATH where this start needs one; made on the first such start. */
async function supportFor(
  trees: readonly TreePaths[],
  { body, label }: Subject,
  context: Context,
): Promise<string | undefined> {
  const { host, store, report } = context;
  const isolation = body.isolation ?? "shared";
  if (!needsSupport(trees, isolation, host.fs)) return undefined;
  const directory = await publishSupport(context);
  if (directory !== undefined) return `${directory}/${isolation}`;
  if (isolation === "hermetic") throw cannotIsolate(label, store.root);
  report.event({
    kind: "warning",
    text: `${label}: .pth files of its layers are not processed: edgeboot's sitecustomize is not ` +
      `in the cache ${store.root}, which cannot be written`,
  });
  return undefined;
}

/** Also part of fetching, so that a cache that is read-only later has it. */
export async function publishSupport({ store }: Context): Promise<string | undefined> {
  const known = store.support.find(SUPPORT_ID);
  if (known !== undefined) return known;
  const { SUPPORT_FILES } = await import("../../launch/sitecustomize.ts");
  return store.support.ensure(SUPPORT_ID, SUPPORT_FILES);
}

/** Named by all that its text depends on, so that a file that is there is right. */
export function publishScript(
  name: string,
  { module, attribute }: Callable,
  text: string,
  { store }: Context,
): string | undefined {
  const key = encodeURIComponent(`${module}=${attribute}`);
  if (key.length > LONGEST_NAME) return undefined;
  const path = `scripts/${SCRIPT_FORM}/${key}/${name}`;
  const directory = store.support.ensure(path, new Map([[name, text]]));
  return directory && `${directory}/${name}`;
}

/** Changes when the text for one and the same callable, or for a layer's own script, does. */
const SCRIPT_FORM = "2";
/** NAME_MAX of every file system that matters. */
const LONGEST_NAME = 255;

/**
 * The directory of scripts for these trees and this interpreter, after one or two `lstat`s; undefined
 * where they have no scripts, or where the cache can neither hold it nor already does.
 */
export function publishPathScripts(
  trees: readonly TreePaths[],
  python: PythonInfo,
  { host, store }: Context,
): string | undefined {
  // The texts name the interpreter and the trees by their paths, so a cache that moves has others.
  const parts = [
    ...[encodeURIComponent(python.path), encodeURIComponent(store.root)],
    trees.map(({ root }) => root.slice(root.lastIndexOf("/") + 1).slice(0, 24)).join("-"),
  ];
  if (parts.some((part) => part.length > LONGEST_NAME)) return undefined;
  const path = `bin/${SCRIPT_FORM}/${parts.join("/")}`;
  const known = store.support.find(`${path}/scripts`);
  if (known !== undefined || store.support.find(`${path}/none`) !== undefined) return known;
  const texts = pathScripts(trees, python, host.fs);
  const published = store.support.ensure(
    `${path}/${texts.size > 0 ? "scripts" : "none"}`,
    texts,
    0o555,
  );
  return texts.size > 0 ? published : undefined;
}

function cannotIsolate(label: string, root: string): EdgebootError {
  return new EdgebootError("CACHE_UNWRITABLE", {
    what: `cannot start ${label} in hermetic isolation`,
    why: `edgeboot's sitecustomize is not in the cache ${root}, which cannot be written`,
    next: "fill the cache with `edgeboot fetch` of this version while it can be written",
  });
}
