import { FsError } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";

/**
 * Warns of an app that writes beside its own modules, as Django's default settings do with db.sqlite3. Mode bits
 * keep a user from it, but not root. A directory that has changed since its environment was made shows it;
 * the environment's own time then says that this was told, until it happens again.
 */
export function warnOfWrites(
  { appRoots, trees, path }: Environment,
  label: string,
  { host: { fs, clock }, report }: Pick<Context, "host" | "report">,
): void {
  if (path === undefined) return;
  const madeAt = fs.lstat(path)?.mtimeMs ?? Infinity;
  const places = new Set([...trees.map(({ root }) => root), ...appRoots]);
  const written = [...places].filter((root) => {
    const stat = fs.stat(root);
    // What an archive says of a time to come is no news.
    return stat?.kind === "directory" && stat.mtimeMs > madeAt && stat.mtimeMs <= clock.now();
  });
  if (written.length === 0) return;
  report.event({
    kind: "warning",
    text:
      `${label} has written into ${written.join(", ")}, beside its own modules: what is there ` +
      "belongs to this release alone, and goes when it is collected. State belongs in a directory of " +
      "its own: `edgeboot help launch`",
  });
  markSeen(path, { fs });
}

/**
 * From now on only what is newer is news: what was told once, and trees that came again after the environment
 * was made, into which nobody has written.
 */
export function markSeen(environment: string, { fs }: Pick<Context["host"], "fs">): void {
  try {
    fs.touch(environment);
  } catch (error) {
    // A read-only cache: it is told again.
    if (!(error instanceof FsError)) throw error;
  }
}
