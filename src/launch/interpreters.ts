import { satisfies, type VersionSpec } from "../model/version_spec.ts";
import { type FileStat, type FileSystem, FsError, type Host } from "../host/ports.ts";
import { parseProbe } from "../python/probe_answer.ts";
import type { PythonInfo } from "../model/python_info.ts";

/** Keeps answers between starts; implemented by the store. Both directions may silently do nothing. */
export interface ProbeCache {
  python(path: string): string | undefined;
  savePython(path: string, text: string): void;
}

export type InterpreterHost = Pick<Host, "fs" | "commands">;

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

export type Probe =
  | { readonly kind: "python"; readonly info: PythonInfo }
  | { readonly kind: "absent" }
  | { readonly kind: "broken"; readonly why: string };

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

/** undefined also behind a directory that is closed to us: execvp(3) passes over EACCES on PATH too. */
export function visible(path: string, fs: Pick<FileSystem, "stat">): FileStat | undefined {
  try {
    return fs.stat(path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

function recall(path: string, stat: FileStat, cache: ProbeCache): PythonInfo | undefined {
  const text = cache.python(path);
  if (text === undefined) return undefined;
  try {
    const { file, answer } = JSON.parse(text) as { file: unknown; answer: unknown };
    if (file !== identity(stat) || typeof answer !== "string") return undefined;
    return parseProbe(path, answer)?.info;
  } catch {
    return undefined;
  }
}

/** The file that an answer was given by: another version in its place is asked anew. */
export function identity(stat: FileStat): string {
  return `${stat.dev}-${stat.ino}-${stat.size}-${stat.mtimeMs}`;
}
