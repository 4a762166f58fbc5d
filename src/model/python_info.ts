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
}

export interface Libc {
  readonly kind: "glibc" | "musl";
  readonly major: number;
  readonly minor: number;
}
