import type { LayerDigest } from "../../../model/digest.ts";
import { parseWheelName, type WheelName } from "../../../model/wheel_name.ts";
import type { PythonInfo } from "../../../model/python_info.ts";
import type { LockedWheel } from "../../../pack/dependencies.ts";
import type { LockedPackage } from "../../../pack/lock/lock.ts";
import { refused } from "../../../pack/refusal.ts";
import { interpreterOf, type PackTarget, targetName } from "../../../pack/target.ts";
import { formatLibc, matchTags } from "../../../python/tags.ts";
import { buildProject } from "../build_project.ts";
import { absolute } from "../files.ts";
import { readKept, writeKept } from "../kept.ts";
import type { PackRequest } from "../request.ts";
import type { Bringing } from "./bring_file.ts";
import { keepNormalized } from "./normalize_wheel.ts";
import { checkOut, unpackSdist } from "./package_source.ts";
import { targetPython } from "./target_python.ts";
import { titleOf } from "./wanted_file.ts";

/** What a wheel is built of: an sdist that is here, or what the lock says where else it is. */
export interface BuildSource {
  readonly of: LockedPackage;
  readonly sdist: { readonly sha256: LayerDigest; readonly path: string } | undefined;
  /** absolute, of the lock file */
  readonly directory: string;
}

/** SOURCE_DATE_EPOCH of builds, the first day of 2020 as zip files can say it: the same for everybody. */
const EPOCH = 1_577_836_800;

/**
 * A wheel of a package that has none, built by the target's Python on this machine. It has the same bytes wherever
 * the builder makes the same files; one of an sdist is built once and kept.
 * @throws EdgebootError BUILD_FAILED, PACK_REFUSED (65), PYTHON_NOT_FOUND (127)
 */
export async function buildWheel(
  source: BuildSource,
  target: PackTarget,
  request: PackRequest,
  bringing: Bringing,
): Promise<LockedWheel> {
  const { of, sdist } = source;
  const { context } = bringing;
  const python = await targetPython(target, context);
  if (python === undefined) throw noPython(of, target);
  const name = sdist === undefined ? undefined : keptName(sdist.sha256, python);
  const before = name === undefined ? undefined : await keptWheel(name, bringing);
  if (before !== undefined) return locked(fitting(before.wheel, of, target), of, before);
  const directory = await sourceDirectory(source, bringing);
  context.session.report.event({ kind: "detail", text: `building ${titleOf(of)} from its source` });
  const { indexUrl } = request;
  const built = await buildProject({
    ...{ directory, python, epoch: EPOCH, indexUrl },
    ...(sdist === undefined ? {} : { isSdist: true as const }),
  }, context);
  const wheel = fitting(built.name, of, target);
  const kept = await keepNormalized(built, bringing);
  if (name !== undefined) writeKept(name, { file: wheel.file, sha256: kept.sha256 }, context);
  return locked(wheel, of, kept);
}

interface OnDisk {
  readonly path: string;
  readonly sha256: LayerDigest;
  readonly size: number;
}

function locked({ file, version }: WheelName, { name }: LockedPackage, disk: OnDisk): LockedWheel {
  const { path, sha256, size } = disk;
  return { name, version, file, path, sha256, size };
}

/** Changes with what is done to a wheel after its build. */
const FORMAT = 1;

function keptName(sdist: LayerDigest, python: PythonInfo): string {
  const { version: { major, minor, micro }, implementation, abiFlags, machine, libc } = python;
  const of = [implementation, `${major}.${minor}.${micro}${abiFlags}`, machine, formatLibc(libc)];
  return `built-wheels/${FORMAT}-${sdist}-${of.join("-").replaceAll(/[^\w.-]/g, "_")}.json`;
}

async function keptWheel(
  name: string,
  { kept, context }: Bringing,
): Promise<OnDisk & { readonly wheel: WheelName } | undefined> {
  const noted = readKept<{ file: string; sha256: LayerDigest }>(name, context);
  const wheel = noted && parseWheelName(noted.file);
  const blob = wheel && await kept.verified(noted.sha256);
  return blob && { wheel: wheel!, path: blob.path, sha256: noted!.sha256, size: blob.size };
}

async function sourceDirectory(
  { of, sdist, directory }: BuildSource,
  bringing: Bringing,
): Promise<string> {
  if (sdist !== undefined) return await unpackSdist(of, sdist, bringing);
  const { source } = of;
  if (source.kind === "vcs") return await checkOut(of, source.text, bringing.context);
  if (source.kind !== "directory") throw new Error(`${of.name} has no source`);
  return source.path.startsWith("/")
    ? source.path
    : absolute(`${directory}/${source.path}`, bringing.context);
}

function fitting(wheel: WheelName, of: LockedPackage, target: PackTarget): WheelName {
  const match = matchTags(wheel, interpreterOf(target));
  if (match.fits) return wheel;
  throw refused("wheel-unfit", {
    what: `${titleOf(of)} cannot be built for ${targetName(target)}`,
    why: `it has compiled parts, and what is built here is ${wheel.file}: ${match.why}`,
    next: "pack on a machine of that kind, or build its wheel there and give it with --wheels",
  }, { package: of.name, wheel: wheel.file });
}

function noPython(of: LockedPackage, target: PackTarget) {
  return refused("sdist", {
    what: `${titleOf(of)} cannot be built for ${targetName(target)}`,
    why: `no Python ${target.python} is here to build it with`,
    next: `install Python ${target.python}, or build its wheel elsewhere and give it with --wheels`,
  }, { package: of.name });
}
