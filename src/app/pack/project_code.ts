import { fileLocation } from "../../model/location.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Layer } from "../../model/layer.ts";
import { parseVersionSpec } from "../../model/version_spec.ts";
import type { BuiltLayer } from "../../pack/built_layer.ts";
import { type CoreMetadata, parseCoreMetadata } from "../../pack/core_metadata.ts";
import { refused } from "../../pack/refusal.ts";
import { ANY_TARGET, interpreterOf, type PackTarget, targetName } from "../../pack/target.ts";
import { parseScripts } from "../../python/entry_points.ts";
import { matchTags } from "../../python/tags.ts";
import { buildProject, type BuiltWheel } from "./build_project.ts";
import type { AppCode } from "./app_code.ts";
import type { PackContext } from "./context.ts";
import { hashFile } from "./files.ts";
import { layerFiles } from "./layer_files.ts";
import type { PackRequest } from "./request.ts";
import { refuseSecret } from "./source_files.ts";
import type { SourceState } from "./source_state.ts";
import type { TargetOnMachine } from "./targets.ts";
import { type LayerTree, layerTrees, recipeInPrefix } from "./wheel_trees.ts";
import { type LayerFile, writeLayer } from "./write_layer.ts";

/** Like `pip install --target`: what is imported is at the top, all else in directories of its own. */
const PATHS = { purelib: "", platlib: "", scripts: "bin", data: "" } as const;
const HEADERS = "include";

/**
 * A project, built as a wheel and laid out as an installer would: the wheel itself would be other bytes with
 * another version of its builder, and with other modes of files. One that compiles nothing is built once.
 * @throws EdgebootError BUILD_FAILED, PACK_REFUSED (65), PYTHON_NOT_FOUND (127)
 */
export async function projectCode(
  directory: string,
  request: PackRequest,
  targets: readonly TargetOnMachine[],
  state: SourceState,
  context: PackContext,
): Promise<AppCode> {
  const layers = new Map<PackTarget, BuiltLayer>();
  let found: LaidOutWheel | undefined;
  let layer: BuiltLayer | undefined;
  for (const { target, python } of targets) {
    if (found === undefined || !fits(found.wheel, target)) {
      if (python === undefined) throw noPythonFor(directory, target);
      const { indexUrl } = request;
      const epoch = state.modified;
      const wheel = await buildProject({ directory, python, epoch, indexUrl }, context);
      if (!fits(wheel, target)) throw builtForOther(directory, wheel, target);
      found = await layOut(wheel, request, context);
      layer = await writeLayer(found.files, { kind: "app", modified: state.modified }, context);
    }
    layers.set(target, layer!);
  }
  const { files, scripts, metadata: { requires, requiresPython } } = found!;
  const paths = files.map(({ path }) => path);
  const tags = found!.wheel.name;
  const python = parseVersionSpec(requiresPython ?? "");
  return { layers, tags, paths, scripts, requiresPython: python, requires };
}

interface LaidOutWheel {
  readonly wheel: BuiltWheel;
  readonly files: readonly LayerFile[];
  readonly scripts: readonly string[];
  readonly metadata: CoreMetadata;
}

async function layOut(
  wheel: BuiltWheel,
  request: PackRequest,
  context: PackContext,
): Promise<LaidOutWheel> {
  const { fs } = context.host;
  const tree = await unpacked(wheel, request, context);
  const recipe = await recipeInPrefix(tree, PATHS, HEADERS, context);
  const text = (name: string) => {
    const file = recipe.files.find(({ target }) => target.endsWith(`.dist-info/${name}`));
    return file?.kind === "tree" ? fs.readText(`${tree.path}/${file.source}`) : "";
  };
  const files = layerFiles(recipe, tree, context);
  for (const file of files) {
    if (file.kind === "file") refuseSecret(file, request.allowFiles, context);
  }
  return {
    wheel,
    files,
    scripts: [...parseScripts(text("entry_points.txt")).callables.keys()],
    metadata: parseCoreMetadata(text("METADATA")),
  };
}

async function unpacked(
  { name, path }: BuiltWheel,
  request: PackRequest,
  context: PackContext,
): Promise<LayerTree> {
  const { sha256, size } = await hashFile(path, context.host);
  const layer: Layer = {
    ...{ kind: "wheel", wheel: name, sha256, size, unpackedSize: undefined },
    ...{ pythonPaths: undefined, url: fileLocation(path) },
  };
  const [tree] = await layerTrees([layer], request, context);
  return tree!;
}

function fits({ name }: BuiltWheel, target: PackTarget): boolean {
  return matchTags(name, interpreterOf(target)).fits;
}

function noPythonFor(directory: string, target: PackTarget): EdgebootError {
  return new EdgebootError("PYTHON_NOT_FOUND", {
    what: `${directory} cannot be built for ${targetName(target)}`,
    why: `no Python ${target.python} was found here to build it with`,
    next: `install Python ${target.python} and put it on PATH, or pack where it is`,
  }, { facts: { path: directory } });
}

function builtForOther(
  directory: string,
  { name }: BuiltWheel,
  target: PackTarget,
): EdgebootError {
  const isAny = target === ANY_TARGET;
  return refused("wheel-unfit", {
    what: `${directory} cannot be packed for ${isAny ? "any Python" : targetName(target)}`,
    why: `it has compiled parts, and what is built here is ${name.file}`,
    next: isAny
      ? "name the versions that it is for, each of which has to be here: --python 3.11,3.12"
      : "pack it on a machine of that kind, or build its wheel there and give it with --wheels",
  }, { wheel: name.file });
}
