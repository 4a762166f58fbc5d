import { chooseWheels } from "../../pack/choose_wheels.ts";
import type { Dependencies, LockedWheel } from "../../pack/dependencies.ts";
import type { PackTarget } from "../../pack/target.ts";
import type { WheelName } from "../../model/wheel_name.ts";
import { EdgebootError } from "../../model/errors.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import type { PackContext } from "./context.ts";
import { absolute, hashFile } from "./files.ts";
import type { DependencySource, PackRequest } from "./request.ts";

/**
 * The dependencies of an app as verified files, for each target.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED (65), INDEX_UNREACHABLE (69)
 */
export async function findDependencies(
  request: PackRequest,
  targets: readonly PackTarget[],
  context: PackContext,
): Promise<ReadonlyMap<PackTarget, Dependencies>> {
  const { dependencies: source } = request;
  const found = new Map<PackTarget, Dependencies>();
  for (const target of targets) found.set(target, await ofTarget(source, target, context));
  return found;
}

async function ofTarget(
  source: DependencySource,
  target: PackTarget,
  context: PackContext,
): Promise<Dependencies> {
  switch (source.kind) {
    case "none":
      return source;
    case "wheels":
      return await wheelsOfDirectory(absolute(source.directory, context), target, context);
    default:
      throw new EdgebootError("USAGE", {
        what: `dependencies from ${source.kind} cannot be packed`,
        why: "only wheels are taken here",
        next: "give the wheels with --wheels DIR",
      });
  }
}

async function wheelsOfDirectory(
  directory: string,
  target: PackTarget,
  context: PackContext,
): Promise<Dependencies> {
  const { fs } = context.host;
  const files = fs.readDir(directory).map(({ name }) => name).sort();
  const wheels: LockedWheel[] = [];
  for (const wheel of chooseWheels(files, target)) {
    wheels.push(await lockedWheel(wheel, directory, context));
  }
  return { kind: "wheels", wheels };
}

async function lockedWheel(
  { file, distribution, version }: WheelName,
  directory: string,
  context: PackContext,
): Promise<LockedWheel> {
  const path = `${directory}/${file}`;
  const { sha256, size } = await hashFile(path, context.host);
  return { name: normalizeName(distribution), version, file, path, sha256, size };
}
