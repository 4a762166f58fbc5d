import { EdgebootError } from "../model/errors.ts";
import {
  type Believer,
  type Belonging,
  describeStranger,
  type Stranger,
  strangerTo,
} from "../model/ownership.ts";
import type { FileStat, FileSystem } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

type LookFs = Pick<FileSystem, "lstat" | "readLink">;

/**
 * Code is started from the cache, so whoever can write it can be this user.
 * @throws EdgebootError PERMISSION_DENIED (77)
 */
export function refuseStranger(stat: Belonging, path: string, whom: Believer): void {
  const stranger = strangerTo(stat, whom);
  if (stranger !== undefined) throw prepared(path, stranger, whom);
}

/**
 * Every directory and link on the way to the trees, from `/` down. Where none of them is a stranger's, nobody
 * but those who are believed can put anything else in their place: so the look stays true, and paths may
 * be used from then on. A directory that is open to all is no danger above the root if only owners can
 * rename what is in it (the sticky bit of /tmp), as the next one on the way is looked at, too.
 *
 * Where a part is not there yet the look ends: it is repeated once it has been made.
 * @throws EdgebootError PERMISSION_DENIED (77); FsError where it cannot be told
 */
export function checkCacheRoot({ root, trees }: CacheLayout, fs: LookFs, whom: Believer): void {
  if (whom.trusted === "any") return;
  for (const { path, stat, isOutside } of way(root, trees.slice(root.length), fs)) {
    const stranger = strangerTo(stat, whom);
    if (stranger === undefined) continue;
    const isSticky = (stat.mode & STICKY) !== 0;
    if (stranger.kind !== "owner" && isOutside && isSticky) continue;
    throw prepared(path, stranger, whom);
  }
}

/** Whether a root at this path would pass {@link checkCacheRoot} as far as it is there. @throws FsError */
export function isSafePlace(path: string, fs: LookFs, whom: Believer): boolean {
  if (whom.trusted === "any") return true;
  return [...way(path, "", fs)].every(({ stat }) => {
    const stranger = strangerTo(stat, whom);
    return stranger === undefined || (stranger.kind !== "owner" && (stat.mode & STICKY) !== 0);
  });
}

const STICKY = 0o1000;
/** As the kernel's own, path_resolution(7). */
const MOST_LINKS = 40;

interface Step {
  readonly path: string;
  readonly stat: FileStat;
  /** It is the root or above it. */
  readonly isOutside: boolean;
}

function* way(outside: string, inside: string, fs: LookFs): Generator<Step> {
  const parts = (path: string, isOutside: boolean) =>
    path.split("/").filter((name) => name !== "" && name !== ".").map((name) => ({
      name,
      isOutside,
    }));
  let links = 0;
  let at = "";
  const rest = [...parts(outside, true), ...parts(inside, false)];
  yield { path: "/", stat: fs.lstat("/")!, isOutside: true };
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next.name === "..") {
      at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
      continue;
    }
    const path = `${at}/${next.name}`;
    const stat = fs.lstat(path);
    if (stat === undefined) return;
    yield { path, stat, isOutside: next.isOutside };
    if (stat.kind !== "symlink") at = path;
    else {
      if (++links > MOST_LINKS) return;
      const target = fs.readLink(path);
      if (target.startsWith("/")) at = "";
      rest.unshift(...parts(target, next.isOutside));
    }
  }
}

function prepared(path: string, stranger: Stranger, whom: Believer): EdgebootError {
  const facts = stranger.kind === "owner" ? { path, uid: stranger.uid } : { path };
  return new EdgebootError("PERMISSION_DENIED", {
    what: `nothing is started from ${path}`,
    why: `${describeStranger(stranger, whom)} and could have put anything there`,
    next: stranger.kind === "owner"
      ? `trust that user with --trusted-uids ${stranger.uid} or EDGEBOOT_TRUSTED_UIDS, or choose another ` +
        "cache with --cache DIR"
      : `close it with \`chmod go-w ${path}\`, choose another cache with --cache DIR, or, where nobody else ` +
        "can reach it, as in a pod with a volume of its own, say so with EDGEBOOT_TRUSTED_UIDS=any",
  }, { facts });
}
