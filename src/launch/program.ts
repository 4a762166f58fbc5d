import { EdgebootError } from "../model/errors.ts";
import type { EntryPoint } from "../model/entry_point.ts";
import type { FileSystem } from "../host/ports.ts";
import { findConsoleScript } from "./console_scripts.ts";
import { callableText } from "../python/entry_points.ts";
import { moduleExists } from "../python/modules.ts";
import type { Isolation } from "../model/release.ts";
import type { PythonInfo } from "../model/python_info.ts";
import { joinInside, type TreePaths } from "./tree_paths.ts";
import { unknownEntry } from "./unknown_entry.ts";

/** What is executed, before environment and PYTHONPATH. */
export interface Program {
  readonly executable: string;
  /** From argv[0] on. */
  readonly argv: readonly string[];
  /** Whether Python must put the script's directory, or the zip, in front of `sys.path`. */
  readonly needsScriptPath: boolean;
  /** A callable has no file of its own: what one would hold, for {@link inFile}. */
  readonly callable?: CallableScript;
  /** The file that was made for a callable. */
  readonly file?: string;
}

/** The script of a callable, as installers write it into `bin/`. */
export interface CallableScript extends Callable {
  /** of the script, and what `sys.argv[0]` says where no file does */
  readonly name: string;
  readonly text: string;
  /** What comes before and after the file on the command line. */
  readonly options: readonly string[];
  readonly args: readonly string[];
}

export interface ProgramInput {
  /** undefined: what the layers themselves start */
  readonly entry: EntryPoint | undefined;
  readonly args: readonly string[];
  readonly trees: readonly TreePaths[];
  readonly python: PythonInfo;
  /** Options of the interpreter that hold for every entry point. */
  readonly pythonArgs?: readonly string[];
  /** What `sys.argv[0]` says where no file does. */
  readonly name: string;
  /** Python has said itself that the module is there: it is not looked for. */
  readonly moduleKnown?: true;
  /** The virtual environment; undefined where there is none. */
  readonly path: string | undefined;
  readonly isolation: Isolation;
}

type Look = Pick<FileSystem, "stat" | "readDir" | "readText" | "openRead">;

/**
 * Turns an entry point into a command line, after a look whether it is there at all.
 * @throws EdgebootError ENTRY_POINT_UNKNOWN (127)
 */
export function findProgram(input: ProgramInput, fs: Look): Program {
  const { entry } = input;
  if (entry === undefined) return ownProgram(input);
  const args = [
    ...entry.args,
    ...(input.args.length === 0 ? entry.defaultArgs ?? [] : input.args),
  ];
  const { basePath } = input.python;
  const importPath = [...input.trees.flatMap((tree) => tree.pythonPaths), ...basePath];
  const isThere = (module: string) =>
    input.moduleKnown ?? moduleExists(module, importPath, fs, basePath);
  switch (entry.kind) {
    case "module":
      if (!isThere(entry.module)) throw unknownEntry(entry, input, fs);
      return python(input, ["-m", entry.module, ...args]);
    case "callable":
      if (!isThere(entry.module)) throw unknownEntry(entry, input, fs);
      return callable(input, entry, input.name, args);
    case "script": {
      const path = findScript(entry.path, input.trees, fs);
      if (path === undefined) throw unknownEntry(entry, input, fs);
      return python(input, [path, ...args], true);
    }
    case "console_script":
      return consoleScript(entry.name, input, entry, args, fs);
  }
}

/** The program that a bundle is by itself: a zip application, or a directory with `__main__.py`. */
function ownProgram(input: ProgramInput): Program {
  for (const tree of input.trees) {
    if (tree.pyz !== undefined) return python(input, [tree.pyz, ...input.args], true);
    if (tree.hasMain) return python(input, [tree.root, ...input.args], true);
  }
  throw new EdgebootError("ENTRY_POINT_UNKNOWN", {
    what: "no entry point is known",
    why: "neither the release nor --entry names one, and no layer is a zip application or has a " +
      "__main__.py at its root",
    next: "pass --entry module, pkg.mod:callable, path/to/script.py or console:NAME, or add " +
      '"entrypoint" to the release',
  });
}

function consoleScript(
  name: string,
  input: ProgramInput,
  entry: EntryPoint,
  args: readonly string[],
  fs: Look,
): Program {
  const script = findConsoleScript(name, input, fs);
  switch (script?.kind) {
    case undefined:
      throw unknownEntry(entry, input, fs);
    case "python":
      return python(input, [script.path, ...args], true);
    case "program":
      return { executable: script.path, argv: [script.path, ...args], needsScriptPath: false };
    case "callable":
      return callable(input, script, name, args);
  }
}

export interface Callable {
  readonly module: string;
  readonly attribute: string;
}

/** As one line of code, which needs no file; {@link inFile} is better. */
function callable(
  input: ProgramInput,
  { module, attribute }: Callable,
  name: string,
  args: readonly string[],
): Program {
  const text = callableText(module, attribute);
  return {
    ...python(input, callableArgs(module, attribute, name, args)),
    callable: { module, attribute, name, text, options: allOptions(input, false), args },
  };
}

/**
 * The same program by its script at `path`. To be had wherever there can be a file: servers that start
 * themselves anew run `python sys.argv[0]` (gunicorn on SIGUSR2, the reloaders of Django and Werkzeug), and
 * multiprocessing imports it.
 */
export function inFile({ executable, callable, ...program }: Program, path: string): Program {
  const { options = [], args = [] } = callable ?? {};
  return { ...program, executable, argv: [executable, ...options, path, ...args], file: path };
}

/**
 * A console script in one line, where the cache cannot be written. Before 3.11 there is no safe path, and `-c` puts the working
 * directory in front of `sys.path`: it is taken out again.
 */
function callableArgs(
  module: string,
  attribute: string,
  name: string,
  args: readonly string[],
): string[] {
  const code = `import sys; sys.path[:1] == [""] and sys.path.pop(0); ` +
    `sys.argv[0] = ${JSON.stringify(name)}; ` +
    `from functools import reduce; from importlib import import_module; ` +
    `sys.exit(reduce(getattr, ${JSON.stringify(attribute)}.split("."), ` +
    `import_module(${JSON.stringify(module)}))())`;
  return ["-c", code, ...args];
}

function findScript(path: string, trees: readonly TreePaths[], fs: Look): string | undefined {
  const places = trees.flatMap((tree) => [tree.root, ...tree.pythonPaths]);
  return places.map((place) => joinInside(place, path)).find((candidate) =>
    fs.stat(candidate)?.kind === "file"
  );
}

function python(
  input: ProgramInput,
  args: readonly string[],
  needsScriptPath = false,
): Program {
  const executable = input.path === undefined ? input.python.path : `${input.path}/bin/python`;
  const options = allOptions(input, needsScriptPath);
  return { executable, argv: [executable, ...options, ...args], needsScriptPath };
}

function allOptions(input: ProgramInput, needsScriptPath: boolean): string[] {
  const { pythonArgs = [], entry } = input;
  const own = optionsOf(input, needsScriptPath ? "script" : "no script");
  return [...own, ...pythonArgs, ...entry?.pythonArgs ?? []];
}

/**
 * What concerns this process and not its children: no packages of the user where the base image's are
 * visible (an environment that hides those hides these), and no working directory in front of `sys.path`.
 */
export function optionsOf(
  { python: { version }, path, isolation }: Pick<ProgramInput, "python" | "path" | "isolation">,
  what: "script" | "no script",
): string[] {
  const hasSafePath = version.major > 3 || version.major === 3 && version.minor >= 11;
  return [
    ...(path === undefined || isolation === "shared" ? ["-s"] : []),
    ...(what === "no script" && hasSafePath ? ["-P"] : []),
  ];
}
