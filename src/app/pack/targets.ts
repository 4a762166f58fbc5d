import { candidatePaths, probe } from "../../launch/interpreters.ts";
import { managedPythons } from "../../launch/managed_pythons.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { EdgebootError } from "../../model/errors.ts";
import { parseVersionSpec, satisfies, type VersionSpec } from "../../model/version_spec.ts";
import { ANY_TARGET, type PackTarget, targetOf } from "../../pack/target.ts";
import type { PackContext } from "./context.ts";
import type { PackRequest } from "./request.ts";

/** An interpreter here that can run what is packed for a target, where there is one. */
export interface TargetOnMachine {
  readonly target: PackTarget;
  /** Of the target's version, on this machine; it need not be of its platform. */
  readonly python: PythonInfo | undefined;
}

/**
 * What is packed for: each `--python` for each `--platform`. Where no Python is named it is the first one that is
 * found here; where no platform is, this machine's. Code without dependencies for which nobody names a Python
 * runs on any.
 * @param needed what the project says that it needs
 * @throws EdgebootError PYTHON_NOT_FOUND (127) where nothing says for which Python
 */
export async function findTargets(
  { pythons, platforms, dependencies }: PackRequest,
  needed: VersionSpec | undefined,
  context: PackContext,
): Promise<TargetOnMachine[]> {
  if (dependencies.kind === "none" && pythons.length === 0 && platforms.length === 0) {
    return [{ target: ANY_TARGET, python: await findPython(needed, context) }];
  }
  const chosen = pythons.length > 0 ? pythons : [versionOf(await anyPython(needed, context))];
  const found: TargetOnMachine[] = [];
  for (const python of chosen) {
    const here = await findPython(exactly(python), context, python.endsWith("t"));
    const wanted = platforms.length > 0 ? platforms : [ownPlatform(here, context)];
    for (const platform of wanted) found.push({ target: targetOf(python, platform), python: here });
  }
  return found;
}

/** The first interpreter here of a version, or of any. */
export async function findPython(
  spec: VersionSpec | undefined,
  { host, records }: Pick<PackContext, "host" | "records">,
  isFreeThreaded = false,
): Promise<PythonInfo | undefined> {
  for (const path of paths(spec, host)) {
    const answer = await probe(path, host, records);
    if (answer.kind !== "python") continue;
    const { info } = answer;
    const fits = spec === undefined || satisfies(info.version, spec);
    if (fits && isFreeThreaded === info.abiFlags.includes("t")) return info;
  }
  return undefined;
}

function* paths(spec: VersionSpec | undefined, { env, fs }: PackContext["host"]) {
  yield* candidatePaths(env.get("PATH"), spec);
  yield* managedPythons((name) => env.get(name), spec, fs);
}

async function anyPython(
  needed: VersionSpec | undefined,
  context: PackContext,
): Promise<PythonInfo> {
  const python = await findPython(needed, context);
  if (python !== undefined) return python;
  throw new EdgebootError("PYTHON_NOT_FOUND", {
    what: "nothing says for which Python to pack",
    why: `no --python was given, and ${
      needed === undefined ? "no Python" : `no Python ${needed.text}`
    } was found here`,
    next: "name the versions that the app is to run on: --python 3.11,3.12",
  });
}

function versionOf({ version: { major, minor }, abiFlags }: PythonInfo): string {
  return `${major}.${minor}${abiFlags.includes("t") ? "t" : ""}`;
}

/** `3.11` → the specifier of all its releases. */
function exactly(python: string): VersionSpec | undefined {
  return parseVersionSpec(`==${python.replace("t", "")}.*`);
}

/** Of manylinux where nothing is known: 2.28 is what PyPA builds for, and older than any supported Debian. */
const USUAL_GLIBC = "2_28";

function ownPlatform(python: PythonInfo | undefined, { host }: PackContext): string {
  const { platform, arch } = host.process;
  const machine = python?.machine ?? arch;
  if (platform === "darwin") return `macosx_11_0_${machine === "aarch64" ? "arm64" : machine}`;
  const { libc } = python ?? {};
  if (libc?.kind === "musl") return `musllinux_${libc.major}_${libc.minor}_${machine}`;
  const glibc = libc === undefined ? USUAL_GLIBC : `${libc.major}_${libc.minor}`;
  return `manylinux_${glibc}_${machine}`;
}
