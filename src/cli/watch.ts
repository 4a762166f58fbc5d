import type { BootAction } from "./action.ts";
import type { Watching } from "./session.ts";
import type { Watched } from "./watch/watched.ts";

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
