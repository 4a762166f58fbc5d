import type { WheelName } from "../../model/wheel_name.ts";
import { normalizeName, normalizeVersion } from "./normalize.ts";
import type { Scheme, WheelTarget } from "./recipe.ts";
import { invalidWheel } from "./refusal.ts";

/** The two directories at the top of a wheel that are not its packages. */
export interface WheelPlaces {
  /** `numpy-2.4.5.dist-info` */
  readonly distInfo: string;
  /** `numpy-2.4.5.data`, whether it is there or not */
  readonly data: string;
}

/**
 * Finds the `.dist-info` directory, which must be the one of the wheel's name, spelled in whatever way.
 * @throws EdgebootError WHEEL_INVALID (65)
 */
export function findPlaces(paths: Iterable<string>, name: WheelName): WheelPlaces {
  const found = new Set<string>();
  for (const path of paths) {
    const top = path.slice(0, path.indexOf("/"));
    if (top.endsWith(".dist-info")) found.add(top);
  }
  const [distInfo, another] = found;
  if (distInfo === undefined) throw invalidWheel(name, "it has no .dist-info directory");
  if (another !== undefined) {
    throw invalidWheel(name, `it has several .dist-info directories: ${[...found].join(", ")}`);
  }
  const stem = distInfo.slice(0, -".dist-info".length);
  const dash = stem.lastIndexOf("-");
  const isNamed = normalizeName(stem.slice(0, dash)) === normalizeName(name.distribution) &&
    normalizeVersion(stem.slice(dash + 1)) === normalizeVersion(name.version);
  if (dash < 0 || !isNamed) {
    throw invalidWheel(name, `it says that it is another one: it has ${distInfo}`);
  }
  return { distInfo, data: `${stem}.data` };
}

export interface Place {
  readonly scheme: Scheme;
  /** relative to the environment */
  readonly target: string;
}

/**
 * Where one file of the wheel goes; its last part stays.
 * @throws EdgebootError WHEEL_INVALID (65) for a scheme that does not exist, and what would leave the environment
 */
export function placeOf(
  path: string,
  { data }: WheelPlaces,
  root: "purelib" | "platlib",
  target: Pick<WheelTarget, "paths" | "headers">,
  name: WheelName,
): Place {
  if (!isInside(path)) throw invalidWheel(name, `it has a file with the path ${path}`);
  if (!path.startsWith(`${data}/`)) {
    return { scheme: root, target: join(target.paths[root], path) };
  }
  const [, scheme = "", ...rest] = path.split("/");
  if (!isScheme(scheme) || rest.length === 0) {
    throw invalidWheel(name, `${path} is of no scheme that exists (${SCHEMES.join(", ")})`);
  }
  if (scheme === "headers") {
    const directory = `${target.headers}/${name.distribution.replaceAll("_", "-")}`;
    return { scheme, target: join(directory, rest.join("/")) };
  }
  return { scheme, target: onlyLib(join(target.paths[scheme], rest.join("/"))) };
}

const SCHEMES: readonly Scheme[] = ["purelib", "platlib", "scripts", "headers", "data"];

function isScheme(text: string): text is Scheme {
  return (SCHEMES as readonly string[]).includes(text);
}

/** In a virtual environment `lib64` is a link to `lib`. */
function onlyLib(target: string): string {
  return target.replace(/^lib64\//, "lib/");
}

/** The path below a directory; "" is the environment's top. */
export function join(directory: string, path: string): string {
  return directory === "" ? path : `${directory}/${path}`;
}

/** Relative, and without parts that lead elsewhere. */
export function isInside(path: string): boolean {
  return !path.includes("\0") && !path.includes("\\") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
