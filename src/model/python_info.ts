import type { PythonVersion } from "./version_spec.ts";

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
  /** The virtual environment that `path` belongs to, where it is one's. */
  readonly venv?: PythonVenv;
}

/** An interpreter of a virtual environment has its standard library from another one. */
export interface PythonVenv {
  /** The interpreter that the environment was made from. */
  readonly base: string;
  /** Its site-packages. */
  readonly site: string;
  /** Whether packages of the base interpreter are visible in it. */
  readonly seesSystem: boolean;
}

export interface Libc {
  readonly kind: "glibc" | "musl";
  readonly major: number;
  readonly minor: number;
}
