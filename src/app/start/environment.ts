import { EdgebootError } from "../../model/errors.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { pathScripts } from "../../launch/path_scripts.ts";
import { needsSupport } from "../../launch/support.ts";
import { SUPPORT_ID } from "../../launch/support_id.ts";
import { findTreePaths, type TreePaths } from "../../launch/tree_paths.ts";
import type { Context } from "../context.ts";
import type { ResolvedRelease } from "./resolved_release.ts";
import type { Tree } from "./trees.ts";

/** What an app runs in, whatever program it is. */
export interface Environment {
  readonly python: PythonInfo;
  /** In the order of their layers. */
  readonly trees: readonly TreePaths[];
  /** The directory of scripts that PATH begins with, where the layers have any. */
  readonly scripts: string | undefined;
  /** The directory of edgeboot's sitecustomize, where this app needs it. */
  readonly support: string | undefined;
}

type Composing = Pick<Context, "host" | "store" | "report">;

/**
 * Looks through the trees and makes in the cache what they need beside them.
 * @throws EdgebootError VARIANT_UNFIT (78), CACHE_UNWRITABLE (73)
 */
export async function composeEnvironment(
  release: ResolvedRelease,
  leased: readonly Tree[],
  python: PythonInfo,
  context: Composing,
): Promise<Environment> {
  const trees = leased.map(({ path, layer }) =>
    findTreePaths(path, layer, python, context.host.fs)
  );
  const support = await supportFor(trees, release, context);
  return { python, trees, scripts: publishScripts(trees, python, context), support };
}

/** The directory for PYTHONPATH where this start needs one; made on the first such start. */
async function supportFor(
  trees: readonly TreePaths[],
  { body, label }: ResolvedRelease,
  context: Composing,
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
export async function publishSupport(
  { store }: Pick<Context, "store">,
): Promise<string | undefined> {
  const known = store.support.find(SUPPORT_ID);
  if (known !== undefined) return known;
  const { SUPPORT_FILES } = await import("../../launch/sitecustomize.ts");
  return store.support.ensure(SUPPORT_ID, SUPPORT_FILES);
}

/** Changes when the text for a layer's own script does. */
const SCRIPT_FORM = "2";
/** NAME_MAX of every file system that matters. */
const LONGEST_NAME = 255;

/**
 * The directory of scripts for these trees and this interpreter, after one or two `lstat`s; undefined
 * where they have no scripts, or where the cache can neither hold it nor already does.
 */
function publishScripts(
  trees: readonly TreePaths[],
  python: PythonInfo,
  { host, store }: Pick<Context, "host" | "store">,
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
