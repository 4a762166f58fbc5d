import { format as formatBytes } from "@std/fmt/bytes";
import { cacheCandidates } from "../../store/mod.ts";
import { visible } from "../../launch/probe.ts";
import { closedOnTheWay, OPEN_CACHE } from "../start/closed_cache.ts";
import { attempt, type Check, ok, problem, warning } from "./check.ts";
import { mountOf } from "./mounts.ts";
import { probeDirectory } from "./probe.ts";
import type { WithCache } from "./surroundings.ts";

const LITTLE_BYTES = 256 * 1024 * 1024;
const LITTLE_INODES = 10_000;

/** Where the cache is and what that place can do. */
export async function checkCachePlace(opened: WithCache): Promise<Check[]> {
  const { context, host, cacheRoot } = opened;
  const place = (await context.store.manager()).place();
  const { failure, locks } = probeDirectory(place, host);
  const ownership = await attempt("owner", () => {
    context.store.checkRoot();
    const stat = host.fs.stat(cacheRoot.path);
    const owner = stat === undefined ? "not there yet" : `uid ${stat.uid}, trusted`;
    return ok("owner", owner);
  });
  return [
    checkRoot(opened, place),
    await checkWritable(opened, failure),
    ownership,
    ...checkClosed(opened),
    ...checkMount(opened, place),
    ...(locks === undefined ? [] : [checkLocks(locks)]),
    ...checkSpace(opened, place),
  ];
}

function checkRoot({ cacheRoot: { path, origin }, host, config }: WithCache, place: string): Check {
  const state = place === path ? "" : `; would be made in ${place}`;
  const why = config.cache === undefined ? `first usable place: ${origin}` : origin;
  const passed = config.cache === undefined ? passedOver(path, host) : [];
  const facts = { path, origin, exists: place === path };
  return ok("root", `${path} (${why})${state}`, { details: passed, facts });
}

function passedOver(path: string, { env, fs, process }: WithCache["host"]): string[] {
  const candidates = cacheCandidates(env);
  const end = candidates.findIndex((candidate) => candidate.path === path);
  return candidates.slice(0, end < 0 ? undefined : end).map((candidate) => {
    const stat = visible(candidate.path, fs);
    const why = stat === undefined
      ? "it cannot be made or reached"
      : stat.kind !== "directory"
      ? "it is no directory"
      : `uid ${process.uid} may not write there`;
    return `not ${candidate.path} (${candidate.origin}): ${why}`;
  });
}

async function checkWritable(
  opened: WithCache,
  failure: Error & { errno?: string } | undefined,
): Promise<Check> {
  const { context } = opened;
  const { path } = opened.cacheRoot;
  if (failure === undefined) return ok("writable", "yes: a file was written, synced and removed");
  if (failure.errno === "ENOSPC" || failure.errno === "EDQUOT") {
    return problem(
      "writable",
      "DISK_FULL",
      `no: ${failure.message}`,
      "free space there (`edgeboot cache gc`, `df -h`, `df -i`), or point --cache at a larger disk",
    );
  }
  const hasTrees = (await context.store.manager()).hasTrees();
  const text = `no: ${failure.message}`;
  if (hasTrees) {
    return warning(
      "writable",
      text,
      "what is cached starts; nothing new can be fetched until it can be written",
    );
  }
  return problem(
    "writable",
    "CACHE_UNWRITABLE",
    text,
    `let this user write to ${path}, or choose another with --cache DIR or EDGEBOOT_CACHE`,
  );
}

/** Root may start servers that change their user then. */
function checkClosed({ cacheRoot: { path }, host: { fs, process } }: WithCache): Check[] {
  const closed = process.uid === 0 ? closedOnTheWay(path, fs) : undefined;
  if (closed === undefined) return [];
  return [warning(
    "closed",
    `${closed} is closed to other users: a server that changes its user (gunicorn --user) cannot import ` +
      "from there afterwards, nor can another user start from this cache",
    `where that matters, ${OPEN_CACHE}`,
    { facts: { closed } },
  )];
}

function checkMount({ mounts, context, cacheRoot }: WithCache, place: string): Check[] {
  const mount = mountOf(realPath(place, context.host.fs), mounts);
  if (mount === undefined) return [];
  const { type, point, options } = mount;
  const isReadOnly = options.includes("ro") ? ", read-only" : "";
  const fate = type === "overlay"
    ? "; it ends with the container, and the next one fetches anew"
    : type === "tmpfs"
    ? "; in memory, and gone after a restart"
    : "";
  const facts = { type, mount: point, options };
  const checks = [ok("filesystem", `${type} on ${point}${isReadOnly}${fate}`, { facts })];
  if (options.includes("noexec")) {
    checks.push(warning(
      "noexec",
      `${point} is mounted noexec: compiled extension modules cannot be loaded from there`,
      `remount it with exec, or point --cache elsewhere; pure Python apps start as they are ` +
        `(${cacheRoot.path})`,
    ));
  }
  return checks;
}

function realPath(path: string, fs: WithCache["host"]["fs"]): string {
  try {
    return fs.realPath(path);
  } catch {
    return path;
  }
}

function checkLocks(works: boolean): Check {
  if (works) return ok("locks", "flock keeps a second process out");
  return warning(
    "locks",
    "flock does not work there",
    "apps start safely all the same; but `cache gc` removes nothing, and layers may be fetched " +
      "twice: use a local disk, or mount NFS with locking",
  );
}

function checkSpace({ machine }: WithCache, place: string): Check[] {
  const use = machine.fileSystemUse(place);
  if (use === undefined) return [ok("space", "the file system does not say")];
  const { freeBytes, totalBytes, freeInodes } = use;
  const more = "free some (`edgeboot cache gc`), or point --cache at a larger disk";
  const inodes = freeInodes === undefined ? "no limit on" : String(freeInodes);
  const text = `${formatBytes(freeBytes)} of ${
    formatBytes(totalBytes)
  } free, ${inodes} free inodes`;
  const facts = { free_bytes: freeBytes, total_bytes: totalBytes, free_inodes: freeInodes };
  if (freeBytes < BLOCK_BYTES || freeInodes === 0) {
    return [problem("space", "DISK_FULL", text, more, { facts })];
  }
  const little = freeBytes < LITTLE_BYTES || (freeInodes ?? Infinity) < LITTLE_INODES;
  return [little ? warning("space", text, more, { facts }) : ok("space", text, { facts })];
}

const BLOCK_BYTES = 4096;
