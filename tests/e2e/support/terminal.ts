import { fromFileUrl } from "@std/path/posix";
import { command, type CommandOptions } from "./command.ts";
import { PYTHON } from "./python.ts";

export interface Screened {
  readonly code: number;
  /** Everything that was written, control characters included; lines end with \n. */
  readonly written: string;
}

const DRIVER = fromFileUrl(new URL("./on_terminal.py", import.meta.url));

/** Runs a program with a terminal of 80 columns for all its streams. */
export async function onTerminal(
  program: readonly string[],
  options: CommandOptions = {},
): Promise<Screened> {
  const ended = await command(PYTHON.path, [DRIVER, "80", "24", ...program], options);
  return { code: ended.code, written: ended.stdout.replaceAll("\r\n", "\n") };
}
