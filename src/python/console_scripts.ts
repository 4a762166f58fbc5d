import { type Callable, parseScripts } from "./entry_points.ts";
import type { Look } from "./look.ts";

/** pip writes `#!…/python`, or for long paths a `#!/bin/sh` line and `'''exec' …python…` below it. */
export function isPythonScript(path: string, fs: Look): boolean {
  const file = fs.openRead(path);
  try {
    const head = new Uint8Array(512);
    const length = file.read(head) ?? 0;
    const lines = new TextDecoder().decode(head.subarray(0, length)).split("\n", 2);
    return lines[0]!.startsWith("#!") && lines.some((line) => line.includes("python"));
  } finally {
    file.close();
  }
}

/** What pip, uv and others write is a few lines that import one name and call it. */
const LONGEST_INSTALLED = 1024;

/**
 * The text of a script as installers write it, without the lines that name the interpreter: `#!…/python`,
 * or `#!/bin/sh` and two lines of both languages. Undefined for a script that a person wrote.
 */
export function installedBody(path: string, fs: Look): string | undefined {
  if ((fs.stat(path)?.size ?? Infinity) > LONGEST_INSTALLED) return undefined;
  const lines = fs.readText(path).split("\n");
  const long = lines[1]?.startsWith("'''exec'") && lines[2]?.startsWith("' '''");
  const body = lines.slice(long ? 3 : 1).join("\n");
  const installed = /^from [\w.]+ import \w+$/m.test(body) && /^ +sys\.exit\(/m.test(body);
  return installed && body.includes("__main__") ? body : undefined;
}

/** Every console script that the distributions of one import root declare. */
export function* scriptsInMetadata(place: string, fs: Look): Generator<[string, Callable]> {
  if (fs.stat(place)?.kind !== "directory") return;
  for (const entry of fs.readDir(place)) {
    if (!entry.name.endsWith(".dist-info") && !entry.name.endsWith(".egg-info")) continue;
    const path = `${place}/${entry.name}/entry_points.txt`;
    if (fs.stat(path)?.kind === "file") yield* parseScripts(fs.readText(path)).callables;
  }
}
