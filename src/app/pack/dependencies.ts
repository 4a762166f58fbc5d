import { chooseWheels } from "../../pack/choose_wheels.ts";
import type { Dependencies, LockedWheel } from "../../pack/dependencies.ts";
import type { PackTarget } from "../../pack/target.ts";
import type { WheelName } from "../../model/wheel_name.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import type { PackContext } from "./context.ts";
import { absolute, hashFile } from "./files.ts";
import { fromPyz } from "./dependencies/pyz.ts";
import { fromSitePackages } from "./dependencies/site_packages.ts";
import { sourceMissing } from "./dependencies/source_missing.ts";
import { fromVenv } from "./dependencies/venv.ts";
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
  if (source.kind === "lock") {
    const { fromLock } = await import("./dependencies/from_lock.ts");
    return await fromLock(source, request, targets, context);
  }
  if (source.kind === "requirements") {
    const { fromRequirements } = await import("./dependencies/from_requirements.ts");
    return await fromRequirements(source, request, targets, context);
  }
  const found = new Map<PackTarget, Dependencies>();
  for (const target of targets) found.set(target, await ofTarget(source, target, context));
  return found;
}

async function ofTarget(
  source: Exclude<DependencySource, { kind: "lock" | "requirements" }>,
  target: PackTarget,
  context: PackContext,
): Promise<Dependencies> {
  switch (source.kind) {
    case "none":
      return source;
    case "wheels":
      return await wheelsOfDirectory(source.directory, target, context);
    case "venv":
      return fromVenv(source.directory, target, context);
    case "site-packages":
      return fromSitePackages(source.directory, target, context);
    case "pyz":
      return await fromPyz(source.file, target, context);
  }
}

async function wheelsOfDirectory(
  stated: string,
  target: PackTarget,
  context: PackContext,
): Promise<Dependencies> {
  const { fs } = context.host;
  const directory = absolute(stated, context);
  if (fs.stat(directory)?.kind !== "directory") {
    throw sourceMissing(stated, "there is no such directory", "name a directory with wheels");
  }
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
