import { EXIT_CODES } from "../../model/errors.ts";
import type { CommandSpec } from "../commands.ts";
import type { Row } from "./blocks.ts";
import { EXIT_MEANINGS } from "./topics.ts";

const DONE: Row = ["0", "done (commands other than run and exec)"];

/** All exit codes with the codes of errors that end with them. */
export function exitRows(): Row[] {
  const names = (code: number) =>
    Object.entries(EXIT_CODES).filter(([, exit]) => exit === code).map(([name]) => name).join(", ");
  return [
    DONE,
    ...allCodes().map((code): Row => [String(code), `${EXIT_MEANINGS[code]} [${names(code)}]`]),
  ];
}

/** Those that the command can end with itself; they follow from what it has flags for. */
export function exitRowsOf(spec: CommandSpec): Row[] {
  // What `init` has flags for is written down, and looked for by whoever uses the file.
  const has = (flag: string) =>
    spec.name !== "init" && spec.flags.some(({ name }) => name === flag);
  const possible = new Set([
    ...[64, 70, 78],
    ...has("cache") ? [65, 73, 74, 77] : [],
    ...has("registry") ? [65, 69, 77] : [],
    ...has("lock-timeout") ? [75] : [],
    ...has("python") ? [126, 127] : [],
  ]);
  const rows = allCodes().filter((code) => possible.has(code))
    .map((code): Row => [String(code), EXIT_MEANINGS[code]!]);
  const first: Row = spec.stopAtFirst
    ? ["any", "once Python runs, the exit code is the app's own"]
    : ["0", "done"];
  return [first, ...rows];
}

function allCodes(): number[] {
  return [...new Set<number>(Object.values(EXIT_CODES))].sort((a, b) => a - b);
}
