import { EXIT_CODES } from "../../../model/errors.ts";
import { type CommandResult, FsError, type Host } from "../../../host/ports.ts";

const TIMEOUT_MS = 10 * 60_000;
/** Of a shell, and of the shims of version managers, as it is ours. */
const NOT_FOUND = EXIT_CODES.ENTRY_POINT_UNKNOWN;

/**
 * Runs `uv`, or the pip of an interpreter.
 * @returns undefined where the program is not there
 */
export async function runTool(
  program: string,
  args: readonly string[],
  { commands }: Pick<Host, "commands">,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult | undefined> {
  try {
    const result = await commands.run(program, args, TIMEOUT_MS, { env });
    const isAbsent = result.code === NOT_FOUND || /No module named pip\b/.test(result.stderr);
    return isAbsent ? undefined : result;
  } catch (error) {
    if (error instanceof FsError && error.errno === "ENOENT") return undefined;
    throw error;
  }
}

/** Both tools say in their help which index they take where none is stated. */
const DEFAULT_INDEX = /default:?\s+<?(https:\/\/[^\s>)]+)/;

/** The index that uv or pip take by themselves; undefined where neither is there. */
export async function toolIndex(host: Pick<Host, "commands">): Promise<string | undefined> {
  const asked: readonly [string, ...string[]][] = [
    ["uv", "pip", "compile", "--help"],
    ["pip", "install", "--help"],
    ["python3", "-m", "pip", "install", "--help"],
  ];
  for (const [program, ...args] of asked) {
    const answer = await runTool(program, args, host, { NO_COLOR: "1", COLUMNS: "200" });
    const url = DEFAULT_INDEX.exec(answer?.stdout ?? "")?.[1];
    if (url !== undefined) return url;
  }
  return undefined;
}
