import { type FileSystem, FsError } from "../host/ports.ts";
import { satisfies, type VersionSpec } from "../model/version_spec.ts";

type Look = Pick<FileSystem, "readDir">;
type GetVariable = (name: string) => string | undefined;

/**
 * Interpreters that version managers keep side by side and that are on no PATH: pyenv, uv, and
 * installations below /opt. Directories are only read when everything on PATH did not fit. Within a
 * manager the newest comes first; a directory whose name states a version that the release excludes is
 * passed over, as asking would cost 20 ms.
 */
export function* managedPythons(
  get: GetVariable,
  spec: VersionSpec | undefined,
  fs: Look,
): Generator<string> {
  const seen = new Set<string>();
  for (const parent of parents(get)) {
    if (seen.has(parent)) continue;
    seen.add(parent);
    for (const name of newestFirst(names(parent, fs)).filter((name) => mayFit(name, spec))) {
      yield `${parent}/${name}/bin/python3`;
    }
  }
}

function* parents(get: GetVariable): Generator<string> {
  const absolute = (path: string | undefined) => path?.startsWith("/") ? path : undefined;
  const home = absolute(get("HOME"));
  const inHome = (path: string) => home === undefined ? undefined : `${home}/${path}`;
  const data = absolute(get("XDG_DATA_HOME")) ?? inHome(".local/share");
  const pyenv = absolute(get("PYENV_ROOT")) ?? inHome(".pyenv");
  const uv = absolute(get("UV_PYTHON_INSTALL_DIR")) ?? (data && `${data}/uv/python`);
  if (pyenv !== undefined) yield `${pyenv}/versions`;
  if (uv !== undefined) yield uv;
  yield* ["/usr/local/pyenv/versions", "/opt/pyenv/versions", "/opt/uv/python", "/opt/python"];
  yield "/opt";
}

function names(parent: string, fs: Look): string[] {
  try {
    return fs.readDir(parent).filter(({ kind }) => kind === "directory").map(({ name }) => name);
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}

/** `3.12.1`, `cpython-3.12.1-linux-x86_64-gnu`, `python3.12`, manylinux's `cp312-cp312`. */
function versionIn(name: string): readonly number[] | undefined {
  const dotted = /(?<![\d.])3\.(\d+)(?:\.(\d+))?/.exec(name);
  if (dotted !== null) {
    return dotted[2] === undefined ? [Number(dotted[1])] : dotted.slice(1).map(Number);
  }
  const tag = /^cp3(\d+)-/.exec(name);
  return tag === null ? undefined : [Number(tag[1])];
}

function newestFirst(names: readonly string[]): string[] {
  const rank = (name: string) => {
    const [minor = -1, micro = 0] = versionIn(name) ?? [];
    return minor * 1_000 + micro;
  };
  return names.toSorted((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1));
}

function mayFit(name: string, spec: VersionSpec | undefined): boolean {
  const [minor, micro] = versionIn(name) ?? [];
  if (spec === undefined || minor === undefined || micro === undefined) return true;
  return satisfies({ major: 3, minor, micro }, spec);
}
