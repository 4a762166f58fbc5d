/**
 * The interpreter of a virtual environment: `bin/python`, `bin/python3`, `bin/python3.N`. Python
 * comes from the base image, and in a packed environment these are links into the build machine
 * (or copies of its interpreter), so they are left out.
 */
const INTERPRETER = /(?:^|\/)bin\/python(?:3(?:\.\d{1,2})?)?$/;

/** Whether a path in an archive is that of a virtual environment's interpreter. */
export function isInterpreterName(path: string): boolean {
  return INTERPRETER.test(path);
}

/** The file that makes a directory a virtual environment (PEP 405). */
const MARKER = /^(?:(.*)\/)?pyvenv\.cfg$/;

/** Interpreters beside a `pyvenv.cfg`: what a zip tool that follows links makes of the links. */
export function copiedInterpreters(files: {
  readonly venvMarkers: readonly string[];
  readonly interpreters: readonly string[];
}): string[] {
  const homes = new Set(files.venvMarkers.map((path) => MARKER.exec(path)?.[1] ?? ""));
  return files.interpreters.filter((path) => homes.has(homeOf(path)));
}

/** Whether a path in an archive is that of a `pyvenv.cfg`, at whatever depth. */
export function isVenvMarker(path: string): boolean {
  return path.endsWith("pyvenv.cfg") && MARKER.test(path);
}

/** `env/bin/python` → `env`, `bin/python` → ``. */
function homeOf(interpreter: string): string {
  return interpreter.slice(0, Math.max(0, interpreter.lastIndexOf("bin/") - 1));
}
