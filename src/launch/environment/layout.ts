import type { PythonInfo } from "../../model/python_info.ts";

export type Interpreter = Pick<PythonInfo, "version" | "implementation" | "abiFlags">;

/** sysconfig's `posix_venv` scheme: python3.11, python3.13t where it is free-threaded, pypy3.10. */
export function libraryName({ version, implementation, abiFlags }: Interpreter): string {
  const name = implementation === "pypy" ? "pypy" : "python";
  return `${name}${version.major}.${version.minor}${abiFlags.includes("t") ? "t" : ""}`;
}

/** Relative to an environment. */
export function sitePackages(python: Interpreter): string {
  return `lib/${libraryName(python)}/site-packages`;
}

/** Of a virtual environment, from its site-packages. */
export const TOP_FROM_SITE = "../../..";

/** What the `bin` of a virtual environment calls its interpreter. */
export function interpreterNames({ version, implementation }: Interpreter): string[] {
  const { major, minor } = version;
  const names = ["python", `python${major}`, `python${major}.${minor}`];
  return implementation === "pypy" ? [...names, "pypy", `pypy${major}`] : names;
}
