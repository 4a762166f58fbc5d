import { isInsidePath } from "./inside_path.ts";
import { EdgebootError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { readPythonArgs } from "./python_args.ts";

/** How a Python program starts. `args` come before the arguments of the command line. */
export type EntryPoint =
  & (
    /** `python -m module` */
    | { readonly kind: "module"; readonly module: string }
    /** what a console script does: import `module`, call `attribute`, exit with its result */
    | { readonly kind: "callable"; readonly module: string; readonly attribute: string }
    /** `python path`, the path relative to a layer */
    | { readonly kind: "script"; readonly path: string }
    /** a name in `bin/` or in an `entry_points.txt` of a layer */
    | { readonly kind: "console_script"; readonly name: string }
  )
  & EntryArguments;

export interface EntryArguments {
  /** Always passed, in front of those of the command line. */
  readonly args: readonly string[];
  /** Passed behind them where the command line has none: what a caller may replace. */
  readonly defaultArgs?: readonly string[];
  /** Options of the interpreter, behind those of the release. */
  readonly pythonArgs?: readonly string[];
}

const ASCII_DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/**
 * A dotted name (PEP 3131 allows letters of every script). V8 needs half a millisecond for a pattern with
 * those, even unused, which every start would pay: so it is only made for a name that ASCII does not fit.
 */
function isDotted(text: string): boolean {
  if (ASCII_DOTTED.test(text)) return true;
  const identifier = "[\\p{L}_][\\p{L}\\p{N}_]*";
  return new RegExp(`^${identifier}(?:\\.${identifier})*$`, "u").test(text);
}

function splitCallable(text: string): { module: string; attribute: string } | undefined {
  const colon = text.indexOf(":");
  const [module, attribute] = [text.slice(0, colon), text.slice(colon + 1)];
  return colon > 0 && isDotted(module) && isDotted(attribute) ? { module, attribute } : undefined;
}

// The entry points specification of the Python Packaging User Guide: letters, digits, '_', '.', '-'.
const CONSOLE_NAME = /^[\w.-]+$/u;

/**
 * Parses `--entry E`: `module`, `pkg.mod:callable`, `path/to/script.py`, `console:NAME`.
 * The caller tries the names of the release's entry points first.
 * @throws EdgebootError USAGE (64)
 */
export function parseEntryText(text: string): EntryPoint {
  if (text.startsWith("console:") && CONSOLE_NAME.test(text.slice(8))) {
    return { kind: "console_script", name: text.slice(8), args: [] };
  }
  if (text.endsWith(".py") && isInsidePath(text)) return { kind: "script", path: text, args: [] };
  const callable = splitCallable(text);
  if (callable !== undefined) return { kind: "callable", ...callable, args: [] };
  if (isDotted(text)) return { kind: "module", module: text, args: [] };
  throw new EdgebootError("USAGE", {
    what: `not an entry point: ${JSON.stringify(text)}`,
    why: "it is neither a module, pkg.mod:callable, path/to/script.py nor console:NAME",
    next: "name one of these forms, or an entry point of the release (`edgeboot inspect APP`)",
  });
}

/**
 * Reads one entry point object of a release.
 * @throws EdgebootError RELEASE_INVALID (65)
 */
export function readEntryPoint(json: JsonObject): EntryPoint {
  const stated = ["module", "callable", "script", "console_script"].filter((key) => json.has(key));
  if (stated.length !== 1) {
    throw json.wrong(
      stated[1] ?? "module",
      "exactly one of module, callable, script, console_script",
      stated.length === 0 ? undefined : stated.join(" and "),
    );
  }
  const options = readArguments(json);
  const field = stated[0]!;
  const text = json.string(field);
  switch (field) {
    case "module":
      if (isDotted(text)) return { kind: "module", module: text, ...options };
      throw json.wrong(field, "a dotted module name", text);
    case "callable": {
      const callable = splitCallable(text);
      if (callable !== undefined) return { kind: "callable", ...callable, ...options };
      throw json.wrong(field, "package.module:callable", text);
    }
    case "script":
      if (isInsidePath(text)) return { kind: "script", path: text, ...options };
      throw json.wrong(field, "a relative path inside a layer", text);
    default:
      if (CONSOLE_NAME.test(text)) return { kind: "console_script", name: text, ...options };
      throw json.wrong(field, "the name of a console script", text);
  }
}

function readArguments(json: JsonObject): EntryArguments {
  const defaultArgs = readStrings(json, "default_args");
  const pythonArgs = readPythonArgs(json);
  return {
    args: readStrings(json, "args") ?? [],
    ...(defaultArgs === undefined ? {} : { defaultArgs }),
    ...(pythonArgs === undefined ? {} : { pythonArgs }),
  };
}

function readStrings(json: JsonObject, name: string): readonly string[] | undefined {
  const args = json.optionalStrings(name);
  args?.forEach((arg, index) => {
    // execve(2) passes NUL-terminated strings.
    if (arg.includes("\0")) throw json.wrong(`${name}[${index}]`, "text without NUL", arg);
  });
  return args;
}

/** For people: `python -m pkg`, `pkg.main:run`. */
export function formatEntryPoint(entry: EntryPoint): string {
  switch (entry.kind) {
    case "module":
      return `python -m ${entry.module}`;
    case "callable":
      return `${entry.module}:${entry.attribute}`;
    case "script":
      return `python ${entry.path}`;
    case "console_script":
      return `console script ${entry.name}`;
  }
}
