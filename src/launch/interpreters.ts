import { satisfies, type VersionSpec } from "../model/version_spec.ts";
import { FsError } from "../host/ports.ts";
import { type InterpreterHost, type Probe, type ProbeCache, recall } from "./probe.ts";

const NEWEST_MINOR = 19;
const OLDEST_MINOR = 6;
/** Looked through after PATH, for services that are started with a bare one. */
const WELL_KNOWN = ["/usr/local/bin", "/usr/bin", "/opt/python/bin", "/opt/venv/bin"];

/**
 * Paths to try, in order, found as they are asked for: `python3` and `python` along PATH, then the
 * versioned names that the release allows, then the same in well-known places.
 */
export function* candidatePaths(
  path: string | undefined,
  spec: VersionSpec | undefined,
): Generator<string> {
  const directories = (path ?? "").split(":").filter((directory) => directory.startsWith("/"));
  const versioned = versionedNames(spec);
  const seen = new Set<string>();
  for (const places of [directories, WELL_KNOWN]) {
    for (const names of [["python3", "python"], versioned]) {
      for (const directory of places) {
        for (const name of names) {
          const candidate = `${directory.replace(/\/+$/, "")}/${name}`;
          if (!seen.has(candidate)) yield candidate;
          seen.add(candidate);
        }
      }
    }
  }
}

function versionedNames(spec: VersionSpec | undefined): string[] {
  const names: string[] = [];
  // Whether some 3.N.x satisfies: between the numbers that the specifiers name nothing changes.
  const stated = spec?.clauses.flatMap(({ release }) => release[2] ?? []) ?? [];
  const micros = [0, 99, ...stated.flatMap((micro) => [Math.max(0, micro - 1), micro, micro + 1])];
  for (let minor = NEWEST_MINOR; minor >= OLDEST_MINOR; minor--) {
    const allowed = spec === undefined ||
      micros.some((micro) => satisfies({ major: 3, minor, micro }, spec));
    if (allowed) names.push(`python3.${minor}`);
  }
  return names;
}

/** Asks an interpreter what it is, or remembers what it said while its file is the same. */
export async function probe(
  path: string,
  host: InterpreterHost,
  cache: ProbeCache,
): Promise<Probe> {
  let stat;
  try {
    stat = host.fs.stat(path);
  } catch (error) {
    // PATH may lead through directories that are closed to us, as /root is to an arbitrary uid.
    if (!(error instanceof FsError)) throw error;
    return { kind: "broken", why: error.message };
  }
  if (stat === undefined) return { kind: "absent" };
  if (stat.kind !== "file") return { kind: "broken", why: "it is not a file" };
  if ((stat.mode & 0o111) === 0) return { kind: "broken", why: "it is not executable" };
  const remembered = recall(path, stat, cache);
  if (remembered !== undefined) return { kind: "python", info: remembered };
  const { ask } = await import("./ask_python.ts");
  return await ask(path, stat, host, cache);
}
