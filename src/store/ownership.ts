import { EdgebootError } from "../model/errors.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import type { FileStat, StartHost } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

interface Whom {
  readonly process: { readonly uid: number };
  readonly trusted: TrustedUids;
}

/** Root and the user can do anything anyway; anybody else must be named. */
export function isTrusted(uid: number, { process, trusted }: Whom): boolean {
  return uid === 0 || uid === process.uid || trusted === "any" || trusted.has(uid);
}

/**
 * Code is started from the cache, so whoever can write it can be this user (CWE-732).
 * @throws EdgebootError PERMISSION_DENIED (77)
 */
export function refuseForeign({ uid }: Pick<FileStat, "uid">, path: string, whom: Whom): void {
  if (isTrusted(uid, whom)) return;
  throw new EdgebootError("PERMISSION_DENIED", {
    what: `nothing is started from ${path}`,
    why:
      `it belongs to uid ${uid}, who is neither root nor this user (uid ${whom.process.uid}) and could ` +
      "have put anything there",
    next:
      `trust that user with --trusted-uids ${uid} or EDGEBOOT_TRUSTED_UIDS, or choose another ` +
      "cache with --cache DIR",
  }, { facts: { path, uid } });
}

/**
 * One look at the root: with an owner who is trusted, and closed to others, all below it is by trusted
 * users. Below an open one, as /tmp and a Kubernetes emptyDir are, others may have been there first: then
 * the directory below counts, too. Without the sticky bit they could also put another one in its place,
 * which would be theirs, and be refused at the next start.
 * @throws EdgebootError PERMISSION_DENIED (77)
 */
export function checkCacheRoot(
  layout: CacheLayout,
  { fs, process }: Pick<StartHost, "fs" | "process">,
  trusted: TrustedUids,
): void {
  if (trusted === "any") return;
  const root = fs.stat(layout.root);
  if (root === undefined) return;
  const whom = { process, trusted };
  refuseForeign(root, layout.root, whom);
  if ((root.mode & OTHERS_WRITE) === 0) return;
  const inner = fs.lstat(layout.versionRoot);
  if (inner === undefined) return;
  refuseForeign(inner, layout.versionRoot, whom);
  if ((inner.mode & OTHERS_WRITE) !== 0) throw openToAll(layout.versionRoot);
}

const OTHERS_WRITE = 0o002;

function openToAll(path: string): EdgebootError {
  return new EdgebootError("PERMISSION_DENIED", {
    what: `nothing is started from ${path}`,
    why: "every user may write to that directory, and could have put anything there",
    next:
      `close it with \`chmod o-w ${path}\`, or name a directory of its own below it, which edgeboot ` +
      `then makes: --cache ${path}/edgeboot or EDGEBOOT_CACHE`,
  }, { facts: { path } });
}
