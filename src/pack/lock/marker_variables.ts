import type { MarkerEnvironment } from "../../python/pep508/evaluate.ts";
import { interpreterOf, type PackTarget } from "../target.ts";

/**
 * What markers are asked about on the machines of a target. Where `python` has two numbers the third is 0, as tools
 * take it that resolve for another Python: `python_full_version < "3.11.3"` then brings a backport too many and
 * never one too few. What a kernel says of itself is not known ahead, and empty.
 */
export function markerVariables(target: PackTarget): MarkerEnvironment["variables"] {
  const { machine, os, version: { major, minor } } = interpreterOf(target);
  const full = `${major}.${minor}.0`;
  return {
    os_name: "posix",
    sys_platform: os,
    platform_system: os === "darwin" ? "Darwin" : "Linux",
    platform_machine: machine,
    platform_release: "",
    platform_version: "",
    platform_python_implementation: "CPython",
    implementation_name: "cpython",
    implementation_version: full,
    python_version: `${major}.${minor}`,
    python_full_version: full,
  };
}
