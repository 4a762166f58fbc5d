import { type ErrorCode, EXIT_CODES } from "../../model/errors.ts";
import type { Area, Command } from "../command.ts";
import type { Row } from "./blocks.ts";

export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  64: "usage: bad flag, bad app ID",
  65: "data: digest mismatch, hostile or broken archive, bad release JSON, damaged cache",
  69: "unavailable: registry or blob not reachable and nothing usable in the cache",
  70: "internal error: a bug, with how to report it",
  73: "the cache cannot be created or written",
  74: "I/O: disk full, read error",
  75: "temporary: lock wait ran out",
  77: "permission denied by the registry (401, 403; nothing ran here before) or the file system",
  78: "configuration: no registry, no such app or ref (nothing ran here before), nothing fits",
  126: "Python found but cannot be executed",
  127: "no Python or no entry point found",
};

const DONE: Row = ["0", "done (commands other than run and exec)"];

/** All exit codes with the codes of errors that end with them. */
export function exitRows(): Row[] {
  const names = (code: number) =>
    Object.entries(EXIT_CODES).filter(([, exit]) => exit === code).map(([name]) => name).join(", ");
  return [
    DONE,
    ...allExits().map((code): Row => [String(code), `${EXIT_MEANINGS[code]} [${names(code)}]`]),
  ];
}

/** One code for each exit of an area. */
const AREA_CODES: Readonly<Record<Exclude<Area, "app">, readonly ErrorCode[]>> = {
  settings: ["CONFIG_INVALID"],
  cache: ["CACHE_DAMAGED", "TREE_NOT_CACHED", "CACHE_UNWRITABLE", "IO", "PERMISSION_DENIED"],
  registry: ["RELEASE_INVALID", "REGISTRY_UNREACHABLE", "DISK_FULL", "REGISTRY_DENIED"],
  locks: ["LOCK_TIMEOUT"],
  python: ["PYTHON_NOT_EXECUTABLE", "PYTHON_NOT_FOUND"],
};

/** Those that the command can end with. */
export function exitRowsOf({ fails }: Command): Row[] {
  const codes: ErrorCode[] = ["USAGE", "INTERNAL"];
  for (const area of fails) if (area !== "app") codes.push(...AREA_CODES[area]);
  const possible = new Set<number>(codes.map((code) => EXIT_CODES[code]));
  const first: Row = fails.includes("app")
    ? ["any", "once Python runs, the exit code is the app's own"]
    : ["0", "done"];
  const rows = allExits().filter((exit) => possible.has(exit));
  return [first, ...rows.map((exit): Row => [String(exit), EXIT_MEANINGS[exit]!])];
}

/** Each exit code of edgeboot itself once, in order. */
export function allExits(): number[] {
  return [...new Set<number>(Object.values(EXIT_CODES))].sort((a, b) => a - b);
}
