import { type EntryPoint, formatEntryPoint } from "../model/entry_point.ts";
import { refused } from "./refusal.ts";

/** What a pack can start, and what somebody wants it to start. */
export interface EntryWish {
  /** `--entry` */
  readonly entry: EntryPoint | undefined;
  /** `--entrypoint` */
  readonly stated: ReadonlyMap<string, EntryPoint>;
  /** Names of the console scripts of the app itself. */
  readonly scripts: readonly string[];
  /** Files of the app's own layer, relative to it. */
  readonly paths: readonly string[];
  /** A zip application is packed, which is a program by itself. */
  readonly runsItself?: boolean;
  /** The app's name, for what to give. */
  readonly app: string;
}

/**
 * The entry points of a release: the scripts of the project, and those that were stated. The default is what was
 * stated, else the only script, else the only package that can be run, else the only thing stated.
 * @throws EdgebootError PACK_REFUSED (65) where nothing says what to start, or what is to be started lies one
 * directory deeper
 */
export function entryPointsOf(wish: EntryWish): ReadonlyMap<string, EntryPoint> {
  const { entry, stated, scripts, paths } = wish;
  const found = new Map<string, EntryPoint>();
  const byDefault = entry ?? stated.get("default") ?? onlyScript(scripts) ?? runnable(paths);
  if (byDefault !== undefined) found.set("default", byDefault);
  for (const name of [...scripts].sort()) {
    found.set(name, { kind: "console_script", name, args: [] });
  }
  for (const [name, point] of stated) if (name !== "default") found.set(name, point);
  for (const point of found.values()) refuseTooHigh(point, wish);
  const isNothing = byDefault === undefined && stated.size === 0;
  if (isNothing && !wish.runsItself) throw noEntryPoint(wish);
  return found;
}

function onlyScript(scripts: readonly string[]): EntryPoint | undefined {
  const [name, another] = scripts;
  if (name === undefined || another !== undefined) return undefined;
  return { kind: "console_script", name, args: [] };
}

/** `python -m PACKAGE`, or what runs a directory. */
function runnable(paths: readonly string[]): EntryPoint | undefined {
  if (paths.includes("__main__.py")) return { kind: "script", path: "__main__.py", args: [] };
  const packages = paths.flatMap((path) => /^(?:src\/)?(\w+)\/__main__\.py$/.exec(path)?.[1] ?? []);
  const [module, another] = packages;
  if (module === undefined || another !== undefined) return undefined;
  return { kind: "module", module, args: [] };
}

/** Where something of the app is looked for, relative to an import root: a file, or a directory with `/`. */
function placesOf(entry: EntryPoint): readonly string[] {
  switch (entry.kind) {
    case "module":
    case "callable": {
      const top = entry.module.split(".", 1)[0]!;
      return [`${top}.py`, `${top}/`];
    }
    case "script":
      return [entry.path];
    case "console_script":
      return [`bin/${entry.name}`];
  }
}

/** `tar c shopapp` in place of what is in it: everything has one directory in front, and nothing is found. */
function refuseTooHigh(entry: EntryPoint, { paths }: EntryWish): void {
  const places = placesOf(entry);
  const isAt = (path: string, prefix: string) =>
    places.some((place) => {
      const whole = `${prefix}${place}`;
      return place.endsWith("/") ? path.startsWith(whole) : path === whole;
    });
  if (paths.some((path) => isAt(path, "") || isAt(path, "src/"))) return;
  const deeper = paths.find((path) => {
    const folder = path.slice(0, path.indexOf("/") + 1);
    return folder !== "" && (isAt(path, folder) || isAt(path, `${folder}src/`));
  });
  if (deeper === undefined) return;
  const folder = deeper.split("/", 1)[0]!;
  throw refused("too-high", {
    what: `${formatEntryPoint(entry)} would not be found`,
    why: `what is packed has it one directory deeper, in ${folder}/: ${deeper}`,
    next: `give that directory: --source …/${folder}`,
  }, { folder, entry: formatEntryPoint(entry) });
}

function noEntryPoint({ scripts, paths, app }: EntryWish): Error {
  const [module] = paths.flatMap((path) => /^(?:src\/)?(\w+)\/__init__\.py$/.exec(path)?.[1] ?? []);
  const top = paths.find((path) => /^\w+\.py$/.test(path));
  const example = scripts.length > 0
    ? `console:${scripts[0]}`
    : module !== undefined
    ? `${module}.main:run`
    : top ?? "package.module:callable";
  return refused("no-entry-point", {
    what: `nothing says what ${app} starts`,
    why: scripts.length > 1
      ? `the project has ${scripts.length} scripts: ${scripts.join(", ")}`
      : "there is no console script, and no package with a __main__.py",
    next: `name it: --entry ${example}; further ones with --entrypoint NAME=…`,
  });
}
