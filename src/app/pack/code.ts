import type { VersionSpec } from "../../model/version_spec.ts";
import { FsError } from "../../host/ports.ts";
import { EdgebootError } from "../../model/errors.ts";
import { readPyproject } from "../../pack/pyproject.ts";
import type { AppCode } from "./app_code.ts";
import type { PackContext } from "./context.ts";
import { absolute } from "./files.ts";
import { projectCode } from "./project_code.ts";
import type { PackRequest } from "./request.ts";
import { sourceFiles } from "./source_files.ts";
import type { SourceState } from "./source_state.ts";
import type { TargetOnMachine } from "./targets.ts";
import { type LayerFile, writeLayer } from "./write_layer.ts";

const NO_CODE: AppCode = {
  ...{ layers: new Map(), paths: [], scripts: [] },
  ...{ requiresPython: undefined, requires: [] },
};

/** Absolute; undefined where the app is among its dependencies. */
export function codeDirectory(
  { code }: Pick<PackRequest, "code">,
  context: Pick<PackContext, "host">,
): string | undefined {
  if (code.kind === "none") return undefined;
  const directory = absolute(code.directory, context);
  if (context.host.fs.stat(directory)?.kind === "directory") return directory;
  throw new EdgebootError("SOURCE_INVALID", {
    what: `there is no code at ${code.directory}`,
    why: `${directory} is no directory`,
    next: `give the directory of the app's code with --${code.kind}`,
  }, { facts: { path: directory } });
}

/** What a project says before it is built; nothing for a directory without a `pyproject.toml`. */
export function statedPython(
  directory: string | undefined,
  { host: { fs } }: Pick<PackContext, "host">,
): VersionSpec | undefined {
  if (directory === undefined) return undefined;
  try {
    return readPyproject(fs.readText(`${directory}/pyproject.toml`))?.requiresPython;
  } catch (error) {
    if (error instanceof FsError && error.errno === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The layer of the app's own code.
 * @throws EdgebootError PACK_REFUSED, BUILD_FAILED, SOURCE_INVALID (65)
 */
export async function packCode(
  request: PackRequest,
  targets: readonly TargetOnMachine[],
  state: SourceState,
  context: PackContext,
): Promise<AppCode> {
  const directory = codeDirectory(request, context);
  if (directory === undefined) return NO_CODE;
  if (request.code.kind === "project") {
    return await projectCode(directory, request, targets, state, context);
  }
  if (directory === absolute(request.output, context)) throw intoItself(directory);
  const files: LayerFile[] = sourceFiles({
    directory,
    without: [absolute(request.output, context)],
    allowFiles: request.allowFiles,
  }, context);
  if (files.length === 0) throw nothingToPack(directory);
  const { modified } = state;
  const layer = await writeLayer(files, { kind: "app", modified }, context);
  return {
    layers: new Map(targets.map(({ target }) => [target, layer])),
    paths: files.map(({ path }) => path),
    scripts: [],
    requiresPython: statedPython(directory, context),
    requires: [],
  };
}

/** It would pack itself: each pack another one. */
function intoItself(directory: string): EdgebootError {
  return new EdgebootError("USAGE", {
    what: `cannot pack ${directory} into itself`,
    why: "--source and --output are the same directory",
    next: "name another --output; it may lie within the source, and is then left out of it",
  }, { facts: { path: directory } });
}

function nothingToPack(directory: string): EdgebootError {
  return new EdgebootError("SOURCE_INVALID", {
    what: `there is nothing to pack in ${directory}`,
    why: "it is empty, or .gitignore and .edgebootignore leave out all that is in it",
    next: "give the directory of the app's code; `!name` in .edgebootignore takes a name back",
  }, { facts: { path: directory } });
}
