import type { Session } from "./session.ts";
import type { Watched } from "./watch/watched.ts";
import type { Watcher } from "./watch/watcher.ts";

/**
 * One who keeps account of a command for `--timings` and `--metrics`. Where neither is asked for, nobody:
 * nothing is loaded and nothing is kept.
 */
export async function watcherOf(
  watched: Watched,
  session: Session,
): Promise<Watcher | undefined> {
  const { timings, metrics } = session.config;
  if (timings === undefined && metrics === undefined) return undefined;
  const { Watcher } = await import("./watch/watcher.ts");
  return new Watcher(watched, session);
}
