import type { Target } from "../app/start/request.ts";
import type { Config } from "../config/config.ts";
import type { Host } from "../host/ports.ts";
import type { BootAction } from "./action.ts";
import type { Logger } from "./logger.ts";
import type { Watching } from "./session.ts";

export interface Watched {
  readonly command: "run" | "exec" | "fetch";
  readonly target: Target;
  readonly config: Config;
  readonly logger: Logger;
  readonly host: Host;
}

/**
 * Does the work of a command under the eyes of those who keep account of starts, `--timings` and
 * `--metrics`. Where neither is asked for, nothing is loaded and nothing is kept.
 */
export async function watched(
  start: Watched,
  work: (watcher?: Watching) => Promise<BootAction>,
): Promise<BootAction> {
  const { timings, metrics } = start.config;
  if (timings === undefined && metrics === undefined) return await work();
  const { Watcher } = await import("./watch/watcher.ts");
  return await new Watcher(start).over(work);
}
