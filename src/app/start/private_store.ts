import { Store } from "../../store/mod.ts";
import type { Context } from "../context.ts";

/**
 * Where environments are made when the cache cannot be written: a directory that is this user's own and
 * closed to all others, in a place that every container and every machine has. undefined where somebody else
 * has made it, or where it has been opened.
 */
export function privateStore({ host }: Pick<Context, "host">): Store | undefined {
  const { fs, env, process } = host;
  const stated = env.get("TMPDIR");
  // As Python's tempfile does: a directory that is not there is not made.
  const isThere = stated?.startsWith("/") && fs.stat(stated)?.kind === "directory";
  const root = `${isThere ? stated : "/tmp"}/edgeboot-${process.uid}`;
  const stat = fs.lstat(root);
  const isOurs = stat === undefined ||
    stat.kind === "directory" && stat.uid === process.uid && (stat.mode & 0o077) === 0;
  return isOurs ? new Store(root, host, new Set(), true) : undefined;
}
