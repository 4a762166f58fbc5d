import type { Isolation, Layer } from "../../model/release.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { sha256Hex } from "../../model/sha256.ts";

/** Interpreters that read a `pyvenv.cfg` as those do that this is written for (PEP 405). */
export function supportsEnvironments({ version, implementation }: PythonInfo): boolean {
  const isKnown = implementation === "cpython" || implementation === "pypy";
  return isKnown && version.major === 3 && version.minor >= 8;
}

/** Changes when the same layers and interpreter make another environment. */
const FORMAT = 8;

export interface EnvironmentInput {
  readonly layers: readonly Layer[];
  readonly python: PythonInfo;
  /** As stated: what it is where it is not, the layers decide. */
  readonly isolation: Isolation | undefined;
}

/**
 * The name of an environment: of all that its content depends on, and nothing else. So containers of several
 * images share one, and an interpreter that is built anew in its place keeps it.
 */
export function environmentKey({ layers, python, isolation }: EnvironmentInput): string {
  const { version, implementation, abiFlags, venv } = python;
  return sha256Hex(JSON.stringify([
    ...[FORMAT, layers.map(({ sha256, kind, pythonPaths }) => [sha256, kind, pythonPaths])],
    ...[implementation, [version.major, version.minor, version.micro], abiFlags],
    ...[python.path, venv, isolation],
  ]));
}
