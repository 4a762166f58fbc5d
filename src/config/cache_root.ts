import { EdgebootError } from "../model/errors.ts";
import { type FileStat, type FileSystem, FsError } from "../host/ports.ts";
import type { Setting } from "./config.ts";

export interface CacheRootInput {
  readonly stated: Setting | undefined;
  readonly env: { get(name: string): string | undefined };
  readonly cwd: () => string;
  readonly uid: number;
}

export interface CacheRoot {
  readonly path: string;
  readonly origin: string;
}

type CacheFs = Pick<FileSystem, "stat" | "lstat" | "makeDir" | "rename">;

/**
 * Chooses the cache's root. Without a stated one: the first place that this user can write, else the
 * first that is a cache (a warm start needs no more), else a private directory for temporary files, so
 * that an arbitrary uid without home and passwd entry still works.
 * @throws EdgebootError CONFIG_INVALID (78), CACHE_UNWRITABLE (73)
 */
export function chooseCacheRoot(input: CacheRootInput, fs: CacheFs): CacheRoot {
  if (input.stated !== undefined) {
    const { value, origin } = input.stated;
    return { path: checked(value.startsWith("/") ? value : `${input.cwd()}/${value}`), origin };
  }
  const candidates = cacheCandidates(input.env);
  const writable = candidates.find(({ path }) => isUsable(path, input.uid, fs));
  if (writable !== undefined) return { ...writable, path: checked(writable.path) };
  const existing = candidates.find(({ path }) => visible(`${path}/${TAG}`, fs) !== undefined);
  if (existing !== undefined) return { ...existing, path: checked(existing.path) };
  return temporaryRoot(input, fs);
}

/** In the order of the contract; only absolute paths count (XDG base directory specification). */
export function cacheCandidates(env: CacheRootInput["env"]): CacheRoot[] {
  const systemd = env.get("CACHE_DIRECTORY")?.split(":")[0];
  const xdg = env.get("XDG_CACHE_HOME");
  const home = env.get("HOME");
  const places: [string | undefined, string][] = [
    [systemd, "CACHE_DIRECTORY"],
    [xdg && `${xdg}/edgeboot`, "XDG_CACHE_HOME"],
    [home && `${home === "/" ? "" : home}/.cache/edgeboot`, "HOME"],
    ["/var/cache/edgeboot", "default"],
  ];
  return places.flatMap(([path, origin]) => path?.startsWith("/") ? [{ path, origin }] : []);
}

function isUsable(path: string, uid: number, fs: CacheFs): boolean {
  try {
    const stat = fs.stat(path);
    if (stat !== undefined) {
      return stat.kind === "directory" && mayWrite(stat, uid) && !isReadOnly(path, fs);
    }
    fs.makeDir(path, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** What every cache has; https://bford.info/cachedir/. */
const TAG = "CACHEDIR.TAG";

/**
 * A container's root may be mounted read-only whatever its mode bits say. Nothing is renamed: Linux asks
 * whether the mount may be written before it looks for the name (do_renameat2: mnt_want_write).
 */
function isReadOnly(path: string, fs: CacheFs): boolean {
  const absent = `${path}/.edgeboot-is-it-read-only`;
  try {
    fs.rename(absent, absent);
    return false;
  } catch (error) {
    if (error instanceof FsError) return error.errno === "EROFS";
    throw error;
  }
}

/** undefined also behind a directory that is closed to us: HOME=/root is usual for an arbitrary uid. */
function visible(path: string, fs: CacheFs): FileStat | undefined {
  try {
    return fs.stat(path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** By the mode bits: trying would create a file on every warm start. Group bits are taken as ours. */
function mayWrite(stat: FileStat, uid: number): boolean {
  if (uid === 0) return true;
  return stat.uid === uid ? (stat.mode & 0o200) !== 0 : (stat.mode & 0o022) !== 0;
}

/**
 * A name that others can guess lies in a directory that others can write, so it is used only where
 * it is ours and closed to them (CWE-377).
 */
function temporaryRoot({ env, uid }: CacheRootInput, fs: CacheFs): CacheRoot {
  const parent = env.get("TMPDIR")?.startsWith("/") ? env.get("TMPDIR")! : "/tmp";
  const path = checked(`${parent.replace(/\/+$/, "")}/edgeboot-${uid}`);
  try {
    if (fs.lstat(path) === undefined) fs.makeDir(path, { mode: 0o700 });
    const stat = fs.lstat(path);
    if (stat?.kind === "directory" && stat.uid === uid && (stat.mode & 0o022) === 0) {
      return { path, origin: "temporary directory" };
    }
    throw unusable(`${path} belongs to somebody else or is open to others`);
  } catch (error) {
    if (error instanceof FsError) throw unusable(error.message, error);
    throw error;
  }
}

function unusable(why: string, cause?: unknown): EdgebootError {
  return new EdgebootError("CACHE_UNWRITABLE", {
    what: "no place for the cache",
    why: `none of the usual places can be written, and ${why}`,
    next: "name a directory that this user can write: --cache DIR or EDGEBOOT_CACHE",
  }, { cause });
}

/** PYTHONPATH and PATH have no escape for their separator. */
function checked(path: string): string {
  const clean = path.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  if (!clean.includes(":") && !clean.includes("\0")) return clean;
  throw new EdgebootError("CONFIG_INVALID", {
    what: `not usable as cache: ${JSON.stringify(path)}`,
    why: "PYTHONPATH separates its entries with ':', so the path must not contain one",
    next: "choose another directory with --cache DIR or EDGEBOOT_CACHE",
  });
}
