import { pipPlatforms, uvPlatform } from "../../../pack/requirements/tool_platforms.ts";
import type { PackTarget } from "../../../pack/target.ts";

/** Requirements files, as they were typed and absolute; wheels that are looked at, too. */
export interface RequirementsSource {
  readonly files: readonly string[];
  readonly paths: readonly string[];
  /** a directory, absolute */
  readonly wheels: string | undefined;
}

/** What may be built is taken as source alone: both tools know no "wheel, or else source" for one name. */
function onlyWheels(allowBuild: ReadonlySet<string>): string[] {
  return ["--only-binary", ":all:", ...[...allowBuild].flatMap((name) => ["--no-binary", name])];
}

/** Of `uv`, to print a pylock for a target. */
export function uvArguments(
  { paths, wheels }: RequirementsSource,
  allowBuild: ReadonlySet<string>,
  target: PackTarget,
  { offline, python }: { readonly offline: boolean; readonly python: string | undefined },
): string[] {
  const platform = uvPlatform(target);
  return [
    ...["pip", "compile", "--quiet", "--no-header", "--format", "pylock.toml"],
    ...["--python-version", target.python.replace("t", "")],
    ...(python === undefined ? [] : ["--python", python]),
    // A kind that uv has no word for: then all wheels are listed, and the target's chosen here.
    ...(platform === undefined ? ["--universal"] : ["--python-platform", platform]),
    ...onlyWheels(allowBuild),
    ...(wheels === undefined ? [] : ["--find-links", wheels]),
    ...(offline ? ["--offline"] : []),
    ...paths,
  ];
}

/**
 * Of an interpreter, to print what pip would install for a target. Where something may be built pip takes no other
 * platform than its own.
 * @param work an empty place of our own
 */
export function pipArguments(
  { paths, wheels }: RequirementsSource,
  allowBuild: ReadonlySet<string>,
  target: PackTarget,
  work: string,
): string[] {
  return [
    ...["-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"],
    ...(allowBuild.size > 0 ? [] : restrictedTo(target)),
    ...["--target", `${work}/nowhere`],
    ...onlyWheels(allowBuild),
    ...(wheels === undefined ? [] : ["--find-links", wheels]),
    ...paths.flatMap((path) => ["-r", path]),
  ];
}

function restrictedTo(target: PackTarget): string[] {
  return [
    ...["--implementation", "cp", "--python-version", target.python.replace("t", "")],
    ...[target.abi, "abi3", "none"].flatMap((abi) => ["--abi", abi]),
    ...pipPlatforms(target).flatMap((platform) => ["--platform", platform]),
  ];
}
