import type { BootAction, Exit, Launch } from "./cli/action.ts";
import { crashed, runCli } from "./cli/cli.ts";
import { refused } from "./cli/refused.ts";
import { denoHost } from "./host/deno_host.ts";
import { reportStrayErrors } from "./host/stray_errors.ts";

/**
 * Every command line but that of a planned start: the long way, and all other commands. One module, as a
 * start that needs it has to wait until it is loaded.
 * @param end ends the process, for errors that nobody could catch
 */
export async function runCold(
  args: readonly string[],
  link: string | undefined,
  end: (action: Exit) => void,
): Promise<BootAction> {
  reportStrayErrors((error) => end(crashed(error, denoHost)));
  return await runCli(args, denoHost, link);
}

/** What is left where the kernel has refused a launch. */
export async function refusedBy(launch: Launch, cause: Error): Promise<Exit> {
  return await refused(launch, cause, denoHost);
}
