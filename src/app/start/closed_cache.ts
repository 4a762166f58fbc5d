import type { FileSystem } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Wanted } from "./program.ts";

/** The first directory on the way to a path that only its owner and group may pass; undefined: all may. */
export function closedOnTheWay(path: string, fs: Pick<FileSystem, "stat">): string | undefined {
  const names = path.split("/").filter((name) => name !== "");
  const places = names.map((_, depth) => `/${names.slice(0, depth + 1).join("/")}`);
  return places.find((place) => {
    const stat = fs.stat(place);
    return stat !== undefined && (stat.mode & 0o001) === 0;
  });
}

/** What to do, for the start and `doctor` alike. */
export const OPEN_CACHE =
  "give it a cache that others may read, as EDGEBOOT_CACHE=/var/cache/edgeboot";

/**
 * Warns of a server that root starts with an option to change its user, from a cache below a home that is closed to
 * all others: what it has not imported by then it cannot import. The cache is root's default where nothing
 * else is stated.
 */
export function warnOfClosedCache(
  wanted: Wanted,
  label: string,
  { host: { fs, process }, store, report }: Pick<Context, "host" | "store" | "report">,
): void {
  const option = process.uid === 0 ? userOption(wanted) : undefined;
  const closed = option === undefined ? undefined : closedOnTheWay(store.root, fs);
  if (closed === undefined) return;
  report.event({
    kind: "warning",
    text:
      `${label} changes its user (${option}), and the cache ${store.root} is below ${closed}, which ` +
      `is closed to all others: what is not imported by then cannot be imported. Where that matters, ${OPEN_CACHE}`,
  });
}

/** As servers call it: gunicorn, hypercorn, uwsgi, celery, twistd, supervisord. */
const LONG = /^--(?:user|uid|setuid)(?:=.*)?$/;
const SHORT = /^-u/;
const KNOW_SHORT: ReadonlySet<string> = new Set(["gunicorn", "hypercorn", "twistd", "supervisord"]);

function userOption(wanted: Wanted): string | undefined {
  const before = wanted.kind === "entry" ? wanted.entry?.args ?? [] : [];
  const defaults = wanted.kind === "entry" ? wanted.entry?.defaultArgs ?? [] : [];
  const args = [...before, ...wanted.args.length > 0 ? wanted.args : defaults];
  const knowsShort = KNOW_SHORT.has(nameOf(wanted));
  return args.find((arg) => LONG.test(arg) || knowsShort && SHORT.test(arg));
}

function nameOf(wanted: Wanted): string {
  if (wanted.kind === "command") return wanted.command.slice(wanted.command.lastIndexOf("/") + 1);
  const { entry } = wanted;
  if (entry?.kind === "console_script") return entry.name;
  return entry?.kind === "module" ? entry.module.split(".", 1)[0]! : "";
}
