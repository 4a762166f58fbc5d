import {
  type LayerDigest,
  type ReleaseDigest,
  type Sha256,
  tryParseSha256,
} from "../../model/digest.ts";
import { type FileSystem, FsError, type Host } from "../../host/ports.ts";
import { type CacheLayout, ENVIRONMENT_SUFFIX } from "../layout.ts";
import { type HeldEnvironments, holdEnvironmentsOf } from "./environments.ts";
import { measure } from "./listing.ts";
import { moveTree } from "../move_tree.ts";

type QuarantineHost = Pick<Host, "fs" | "locks" | "process">;

/** What became of something damaged. */
export type Quarantine =
  /** It is out of every start's way, and here to be looked at. */
  | { readonly moved: string }
  | { readonly kept: string };

/** Something damaged, as it was found. It is removed when a person says so, and never on its own. */
export interface Quarantined {
  /** of an environment: its key */
  readonly digest: Sha256;
  readonly kind: "tree" | "release" | "environment";
  readonly path: string;
  readonly bytes: number;
  /** milliseconds since the epoch */
  readonly quarantinedAt: number;
}

/** What is in quarantine, the oldest first. */
export function listQuarantine(layout: CacheLayout, fs: FileSystem): Quarantined[] {
  if (fs.stat(layout.quarantine) === undefined) return [];
  const found = fs.readDir(layout.quarantine).flatMap(({ name, kind }): Quarantined[] => {
    const digest = tryParseSha256(name.slice(0, 64));
    const isDirectory = kind === "directory";
    const path = `${layout.quarantine}/${name}`;
    if (digest === undefined || !(isDirectory || name.endsWith(".json"))) return [];
    const stat = fs.lstat(path);
    const ofDirectory = name.endsWith(ENVIRONMENT_SUFFIX) ? "environment" : "tree";
    return [{
      digest,
      kind: isDirectory ? ofDirectory : "release",
      path,
      bytes: isDirectory ? measureReadable(path, fs) : stat?.size ?? 0,
      quarantinedAt: stat?.mtimeMs ?? 0,
    }];
  });
  return found.sort((a, b) => a.quarantinedAt - b.quarantinedAt);
}

/** With the record of a tree. @throws FsError */
export function removeQuarantined({ path, kind }: Quarantined, fs: FileSystem): void {
  fs.removeTree(path);
  if (kind === "tree") fs.removeTree(`${path}.jsonl`);
}

/** A bad disk, or a directory that was closed, may be why it is here. */
function measureReadable(path: string, fs: FileSystem): number {
  try {
    return measure(path, fs).bytes;
  } catch (error) {
    if (error instanceof FsError) return 0;
    throw error;
  }
}

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
  digest: LayerDigest,
  force: boolean,
  layout: CacheLayout,
  host: QuarantineHost,
): Quarantine {
  const lease = layout.lease(digest);
  const lock = host.locks.tryLock(lease, "exclusive");
  let environments: ReturnType<typeof holdEnvironmentsOf> | undefined;
  try {
    if (typeof lock === "string" && !force) return { kept: whyKept(lock, lease, host) };
    const held = environments = holdEnvironmentsOf(digest, layout, host, { force });
    if (typeof held === "string") return { kept: held === "in-use" ? "in use" : NO_LEASE };
    const to = layout.quarantined(digest, host.process.randomId());
    host.fs.makeDir(layout.quarantine, { recursive: true });
    dropEnvironments(held, layout, host);
    moveTree(layout.tree(digest), to, host);
    // A power cut must not bring it back.
    host.fs.syncDir(layout.trees);
    moveRecord(layout.record(digest), `${to}.jsonl`, host);
    noteTime(to, host.fs);
    return { moved: to };
  } catch (error) {
    return notMoved(error);
  } finally {
    if (typeof environments === "object") environments.release();
    if (typeof lock === "object") lock.release();
  }
}

/** They have the damage, too, and are made again of what is fetched anew. */
function dropEnvironments(
  environments: HeldEnvironments,
  layout: CacheLayout,
  { fs, process }: QuarantineHost,
): void {
  const trash = layout.work(process.randomId());
  fs.makeDir(trash, { recursive: true });
  try {
    environments.moveAway(trash);
  } finally {
    fs.removeTree(trash);
  }
}

/** A release document that is not what its name says; nothing runs from it. */
export function quarantineRelease(
  digest: ReleaseDigest,
  layout: CacheLayout,
  { fs, process }: QuarantineHost,
): Quarantine {
  const to = `${layout.quarantined(digest, process.randomId())}.json`;
  try {
    fs.makeDir(layout.quarantine, { recursive: true });
    fs.rename(layout.release(digest), to);
    noteTime(to, fs);
    return { moved: to };
  } catch (error) {
    return notMoved(error);
  }
}

const NO_LEASE = "cannot tell whether an app runs from it: there is no lease to lock";

/** In words, why something whose lease could not be locked stays. */
export function whyKept(
  lock: "busy" | "absent" | "unsupported",
  lease: string,
  { fs, locks }: QuarantineHost,
): string {
  if (lock !== "busy") return NO_LEASE;
  const stat = fs.lstat(lease);
  const pids = stat === undefined ? [] : locks.holders(stat) ?? [];
  return `in use${pids.length === 0 ? "" : ` by process ${pids.join(", ")}`}`;
}

/** What stays because the file system refused. */
export function notMoved(error: unknown): Quarantine {
  if (!(error instanceof FsError)) throw error;
  return { kept: `it cannot be moved: ${error.message}` };
}

/** Since when it is here: the times of what is in it stay as they were. */
export function noteTime(path: string, fs: FileSystem): void {
  try {
    fs.touch(path);
  } catch (error) {
    // Then it is as old as it was when it was written.
    if (!(error instanceof FsError)) throw error;
  }
}

function moveRecord(from: string, to: string, { fs }: QuarantineHost): void {
  if (fs.lstat(from) !== undefined) fs.rename(from, to);
}
