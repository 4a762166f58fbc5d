import { FsError } from "../../host/ports.ts";
import { candidatePaths, probe } from "../../launch/interpreters.ts";
import type { Probe, ProbeCache } from "../../launch/probe.ts";
import { managedPythons } from "../../launch/managed_pythons.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { formatLibc, ownTag } from "../../python/tags.ts";
import { formatVersion } from "../../model/version_spec.ts";
import { statedPaths } from "../start/python.ts";
import { type Check, ok, problem, warning } from "./check.ts";
import type { Surroundings } from "./surroundings.ts";

/** Asked anew, so that a cache that is wrong cannot tell; and nothing is kept. */
const NO_CACHE: ProbeCache = { python: () => undefined, savePython: () => {} };

/** Every interpreter that a start would consider, in its order; links to one that was seen are left out. */
export async function checkPythons(surroundings: Surroundings): Promise<Check[]> {
  const { config, host } = surroundings;
  const get = (name: string) => host.env.get(name);
  const paths = config.python === undefined
    ? [...candidatePaths(get("PATH"), undefined), ...managedPythons(get, undefined, host.fs)]
    : [...statedPaths(config.python.value, host)];
  const found: PythonInfo[] = [];
  const checks: Check[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    const real = realPath(path, surroundings);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    const answer = await probe(path, host, NO_CACHE);
    if (answer.kind === "old") checks.push(tooOld(path, answer));
    if (answer.kind === "broken") checks.push(broken(path, answer.why, config.python?.origin));
    if (answer.kind !== "python" || seen.has(`answer ${answer.info.path}`)) continue;
    seen.add(`answer ${answer.info.path}`);
    found.push(answer.info);
    checks.push(describe(answer.info, path, found.length === 1));
  }
  if (found.length > 0) return checks;
  if (checks.length > 0) {
    return checks.map(({ name, text, next, facts }) => {
      const isOld = facts?.version !== undefined;
      return problem(name, isOld ? "VARIANT_UNFIT" : "PYTHON_NOT_EXECUTABLE", text, next ?? "");
    });
  }
  const text = config.python === undefined
    ? "there is no python3 on PATH, in the usual places, or kept by pyenv or uv"
    : `there is no ${config.python.value} (${config.python.origin})`;
  const next = "install Python in the base image, or name an interpreter with --python";
  return [problem("python", "PYTHON_NOT_FOUND", text, next)];
}

function describe(info: PythonInfo, found: string, first: boolean): Check {
  const { path, version, libc, machine, basePath } = info;
  const facts = {
    ...{ path, found, version: formatVersion(version), tag: ownTag(info), machine },
    libc: formatLibc(libc),
    base_path: basePath,
    first,
  };
  const choice = first ? "; comes first: it starts what fits it" : "";
  const shim = found === path ? "" : ` (found as ${found})`;
  const text = `${formatVersion(version)} ${ownTag(info)} ${machine}, ${formatLibc(libc)}, ` +
    `${path}${shim}${choice}`;
  return ok("python", text, { facts });
}

function tooOld(path: string, { version, why }: Extract<Probe, { kind: "old" }>): Check {
  const next = "install a newer one, where no other one is here";
  return warning("python", `${version}, ${path}: ${why}`, next, { facts: { path, version } });
}

function broken(path: string, why: string, origin: string | undefined): Check {
  const next = origin === undefined
    ? "repair or remove it: starts pass over it, after they have asked it"
    : `correct ${origin}, or that file and its permissions`;
  return warning("python", `${path}: ${why}`, next, { facts: { path } });
}

/** undefined where nothing is there; what is there and closed to us counts as itself. */
function realPath(path: string, { host: { fs } }: Surroundings): string | undefined {
  try {
    return fs.stat(path) === undefined ? undefined : fs.realPath(path);
  } catch (error) {
    if (error instanceof FsError) return path;
    throw error;
  }
}
