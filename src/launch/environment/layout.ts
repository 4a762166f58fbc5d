import { type Interpreter, libraryName } from "../import_roots.ts";

/** Relative to an environment. */
export function sitePackages(python: Interpreter): string {
  return `lib/${libraryName(python)}/site-packages`;
}

/** What the `bin` of a virtual environment calls its interpreter. */
export function interpreterNames({ version, implementation }: Interpreter): string[] {
  const { major, minor } = version;
  const names = ["python", `python${major}`, `python${major}.${minor}`];
  return implementation === "pypy" ? [...names, "pypy", `pypy${major}`] : names;
}
