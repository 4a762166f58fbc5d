import type { PythonVersion } from "../model/version_spec.ts";

/** What an interpreter said of itself; enough to match wheel tags without asking again. */
export interface PythonInfo {
  /** The path to execute; as found, so that a virtual environment's interpreter stays one. */
  readonly path: string;
  readonly version: PythonVersion;
  /** `sys.implementation.name`: cpython, pypy … */
  readonly implementation: string;
  /** `sys.abiflags`: "" or "t" (free-threaded), "d" (debug) */
  readonly abiFlags: string;
  /** as wheel tags spell it: x86_64, aarch64, i686, armv7l, arm64 (macOS) … */
  readonly machine: string;
  readonly os: "linux" | "darwin" | "other";
  readonly libc: Libc | undefined;
  /** `sys.path` in isolated mode: where the standard library and base site-packages are. */
  readonly basePath: readonly string[];
}

export interface Libc {
  readonly kind: "glibc" | "musl";
  readonly major: number;
  readonly minor: number;
}

/**
 * Run as `python -I -c`: no environment, no user site, no current directory. glibc's version comes
 * from confstr(3); musl has no such call and its loader prints its version (PEP 656).
 */
export const PROBE_PROGRAM = `
import json, os, sys
libc = ""
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, OSError, ValueError):
    pass
uname = os.uname()
machine = uname.machine
if sys.maxsize <= 2**32:
    machine = {"x86_64": "i686", "aarch64": "armv7l"}.get(machine, machine)
if not libc and uname.sysname == "Linux":
    import glob, re, subprocess
    for loader in glob.glob("/lib/ld-musl-*.so.1"):
        said = subprocess.run([loader], stderr=subprocess.PIPE).stderr.decode("ascii", "replace")
        found = re.search(r"Version (\\d+\\.\\d+)", said)
        libc = "musl " + found.group(1) if found else ""
print(json.dumps({"version": list(sys.version_info[:3]),
    "implementation": sys.implementation.name, "abiflags": getattr(sys, "abiflags", ""),
    "machine": machine, "os": uname.sysname, "libc": libc, "path": sys.path,
    "executable": sys.executable}))
`;

export interface ProbeAnswer {
  readonly info: PythonInfo;
  /** `sys.executable`: another file than the one that was run where that is a shim. */
  readonly executable: string;
}

/** Parses what {@link PROBE_PROGRAM} printed; undefined where it is not such an answer. */
export function parseProbe(path: string, text: string): ProbeAnswer | undefined {
  let said: Record<string, unknown>;
  try {
    // A sitecustomize of the base image may print before.
    said = JSON.parse(text.trimEnd().split("\n").at(-1)!);
  } catch {
    return undefined;
  }
  if (!Array.isArray(said?.version) || typeof said.executable !== "string") return undefined;
  const [major, minor, micro] = said.version as number[];
  const info: PythonInfo = {
    path,
    version: { major: major ?? 0, minor: minor ?? 0, micro: micro ?? 0 },
    implementation: String(said.implementation),
    abiFlags: String(said.abiflags ?? ""),
    machine: String(said.machine),
    os: said.os === "Linux" ? "linux" : said.os === "Darwin" ? "darwin" : "other",
    libc: parseLibc(String(said.libc ?? "")),
    basePath: Array.isArray(said.path) ? said.path.map(String) : [],
  };
  return { info, executable: said.executable };
}

function parseLibc(text: string): Libc | undefined {
  const match = /^(glibc|musl) (\d+)\.(\d+)/.exec(text);
  if (match === null) return undefined;
  return { kind: match[1] as Libc["kind"], major: Number(match[2]), minor: Number(match[3]) };
}
