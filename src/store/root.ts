import { EdgebootError } from "../model/errors.ts";
import { type FileSystem, FsError } from "../host/ports.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import { nearestExisting } from "./existing.ts";
import { CACHE_TAG } from "./layout.ts";
import { isSafePlace } from "./ownership.ts";

export interface CacheRootInput {
  /** What a person has set, and where. */
  readonly stated: { readonly value: string; readonly origin: string } | undefined;
  readonly env: { get(name: string): string | undefined };
  readonly cwd: () => string;
  readonly uid: number;
  readonly trusted?: TrustedUids;
}

export interface CacheRoot {
  /** Absolute; it need not be there yet. */
  readonly path: string;
  readonly origin: string;
  /** It is made closed to all others, as its parent is open to them. */
  readonly isPrivate?: boolean;
}

type CacheFs = Pick<FileSystem, "stat" | "lstat" | "readLink" | "mayWrite">;

/**
 * Chooses the cache's root, by looking alone: who asks where the cache is gets the answer of who starts
 * from it, and nothing is made before there is something to write. Without a stated one: the first place
 * that this user can write, or make, and where no stranger could have been; else the first that is a cache (a warm start needs no more), else a
 * private directory for temporary files, so that an arbitrary uid without home and passwd entry still works.
 * @throws EdgebootError CONFIG_INVALID (78), CACHE_UNWRITABLE (73)
 */
export function chooseCacheRoot(input: CacheRootInput, fs: CacheFs): CacheRoot {
  if (input.stated !== undefined) {
    const { value, origin } = input.stated;
    return { path: checked(value.startsWith("/") ? value : `${input.cwd()}/${value}`), origin };
  }
  const candidates = cacheCandidates(input.env);
  const writable = candidates.find(({ path }) => isUsable(path, input, fs));
  if (writable !== undefined) return { ...writable, path: checked(writable.path) };
  const existing = candidates.find(({ path }) => isCache(path, input, fs));
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

/** access(2) answers for the directory, or for the first above it that is there: mode bits do not tell all. */
function isUsable(
  path: string,
  { uid, trusted = new Set() }: CacheRootInput,
  fs: CacheFs,
): boolean {
  try {
    if (!isSafePlace(path, fs, { uid, trusted })) return false;
    const place = nearestExisting(path, fs);
    return fs.stat(place)?.kind === "directory" && fs.mayWrite(place);
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** Not behind a directory that is closed to us either: HOME=/root is usual for an arbitrary uid. */
function isCache(path: string, { uid, trusted = new Set() }: CacheRootInput, fs: CacheFs): boolean {
  try {
    return fs.stat(`${path}/${CACHE_TAG}`) !== undefined && isSafePlace(path, fs, { uid, trusted });
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/**
 * A name that others can guess lies in a directory that others can write, so it is used only where
 * it is ours and closed to them (CWE-377).
 */
function temporaryRoot(input: CacheRootInput, fs: CacheFs): CacheRoot {
  const { env, uid } = input;
  const parent = env.get("TMPDIR")?.startsWith("/") ? env.get("TMPDIR")! : "/tmp";
  const path = checked(`${parent.replace(/\/+$/, "")}/edgeboot-${uid}`);
  try {
    const stat = fs.lstat(path);
    if (stat === undefined && !isUsable(path, input, fs)) {
      throw unusable(`${parent} cannot be written, or a stranger's`);
    }
    const isOurs = stat === undefined ||
      (stat.kind === "directory" && stat.uid === uid && (stat.mode & 0o022) === 0);
    if (isOurs) return { path, origin: "temporary directory", isPrivate: true };
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
