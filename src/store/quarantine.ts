import type { Sha256 } from "../model/digest.ts";
import { FsError, type Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

type QuarantineHost = Pick<Host, "fs" | "locks" | "process">;

/** What became of something damaged. */
export type Quarantine =
  /** It is out of every start's way, and here to be looked at. */
  | { readonly moved: string }
  | { readonly kept: string };

/**
 * Moves a damaged tree and its record out of the way; nothing is deleted. The next start does not find the
 * tree and fetches it anew. An app that runs from it would lose what it has not imported yet, so it is only
 * moved with its lease locked exclusively, or where `force` says so.
 *
 *   verify                                   starter
 *   lock lease exclusive → held
 *   rename tree                              lock lease shared → busy … held, tree is gone → fetch
 */
export function quarantineTree(
  digest: Sha256,
  force: boolean,
  layout: CacheLayout,
  host: QuarantineHost,
): Quarantine {
  const lease = layout.lease(digest);
  const lock = host.locks.tryLock(lease, "exclusive");
  try {
    if (typeof lock === "string" && !force) return { kept: whyKept(lock, lease, host) };
    const to = layout.quarantined(digest, host.process.randomId());
    return moving(() => {
      host.fs.makeDir(layout.quarantine, { recursive: true });
      moveTree(layout.tree(digest), to, host);
      moveRecord(layout.manifest(digest), `${to}.jsonl`, host);
      return to;
    });
  } finally {
    if (typeof lock === "object") lock.release();
  }
}

/** A release document that is not what its name says; nothing runs from it. */
export function quarantineRelease(
  digest: Sha256,
  layout: CacheLayout,
  { fs, process }: QuarantineHost,
): Quarantine {
  const to = `${layout.quarantined(digest, process.randomId())}.json`;
  return moving(() => {
    fs.makeDir(layout.quarantine, { recursive: true });
    fs.rename(layout.release(digest), to);
    return to;
  });
}

function whyKept(
  lock: "busy" | "absent" | "unsupported",
  lease: string,
  { fs, locks }: QuarantineHost,
): string {
  if (lock !== "busy") return "cannot tell whether an app runs from it: there is no lease to lock";
  const stat = fs.lstat(lease);
  const pids = stat === undefined ? [] : locks.holders(stat) ?? [];
  return `in use${pids.length === 0 ? "" : ` by process ${pids.join(", ")}`}`;
}

function moving(move: () => string): Quarantine {
  try {
    return { moved: move() };
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return { kept: `it cannot be moved: ${error.message}` };
  }
}

/** Renaming a directory to another parent writes its `..`: who is not root opens its top before. */
function moveTree(from: string, to: string, { fs, process }: QuarantineHost): void {
  if (process.uid !== 0) fs.chmod(from, 0o755);
  fs.rename(from, to);
  if (process.uid !== 0) fs.chmod(to, 0o555);
  // A power cut must not bring it back.
  fs.syncDir(from.slice(0, from.lastIndexOf("/")));
}

function moveRecord(from: string, to: string, { fs }: QuarantineHost): void {
  if (fs.lstat(from) !== undefined) fs.rename(from, to);
}
