import type { FileSystem } from "../host/ports.ts";
import { installedBody, isPythonScript, scriptsInMetadata } from "../python/console_scripts.ts";
import { callableText } from "../python/entry_points.ts";
import type { PythonInfo } from "../model/python_info.ts";
import type { TreePaths } from "./tree_paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir" | "readText" | "openRead">;

/**
 * What the `bin` of a virtual environment would hold: `python`, and every console script of the layers,
 * each started by the interpreter that was chosen. The scripts of a layer name the interpreter of the
 * machine that built it, and wheels that were only unzipped have none; programs that look for
 * `gunicorn` or `python` on PATH (opentelemetry-instrument, subprocesses) find these.
 *
 * Programs that look for their siblings beside `sys.argv[0]` (`jupyter lab`) find these, too, as what an
 * installer wrote is here with its text. Scripts that somebody wrote stay where their data may be.
 *
 * Empty where the layers have no scripts: then PATH needs nothing.
 */
export function pathScripts(
  trees: readonly TreePaths[],
  python: PythonInfo,
  fs: Look,
): Map<string, string> {
  const texts = new Map<string, string>();
  // A program of an earlier layer hides a script of a later one, as it does along PATH.
  const taken = new Set<string>();
  for (const bin of trees.flatMap((tree) => tree.bins)) {
    for (const { name, kind } of fs.readDir(bin)) {
      if (kind !== "file" || taken.has(name)) continue;
      taken.add(name);
      const path = `${bin}/${name}`;
      if (!isPythonScript(path, fs)) continue;
      const body = installedBody(path, fs);
      const own = body === undefined ? undefined : ownScript(python.path, body);
      texts.set(name, own ?? wrapper(python.path, path));
    }
  }
  for (const place of trees.flatMap((tree) => tree.pythonPaths)) {
    for (const [name, { module, attribute }] of scriptsInMetadata(place, fs)) {
      if (taken.has(name) || !/^[\w.-]+$/.test(name)) continue;
      taken.add(name);
      const text = ownScript(python.path, callableText(module, attribute));
      if (text !== undefined) texts.set(name, text);
    }
  }
  if (texts.size === 0) return texts;
  const { major, minor } = python.version;
  for (const name of ["python", `python${major}`, `python${major}.${minor}`]) {
    texts.set(name, wrapper(python.path));
  }
  return texts;
}

/** Not a link: `sys.executable` stays the interpreter, also one of a virtual environment. */
function wrapper(...command: string[]): string {
  return `#!/bin/sh\nexec ${command.map(quote).join(" ")} "$@"\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Shell and Python at once, as installers write it where a path is too long for a `#!` line. */
function ownScript(python: string, text: string): string | undefined {
  if (/['\\\n]/.test(python)) return undefined;
  return `#!/bin/sh\n'''exec' '${python}' "$0" "$@"\n' '''\n${text}`;
}
