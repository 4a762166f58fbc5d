import { type LayerDigest, type Sha256, tryParseSha256 } from "../../model/digest.ts";
import type { FileSystem, Host, Lock } from "../../host/ports.ts";
import { documentOf } from "../environment/document.ts";
import type { CacheLayout } from "../layout.ts";
import { isSame } from "../lease.ts";
import type { Hold } from "./collect_plan.ts";
import { unlessRefused } from "../unless_refused.ts";

type EnvironmentHost = Pick<Host, "fs" | "locks">;

/** An environment in the cache. */
export interface StoredEnvironment {
  /** 64 hex */
  readonly key: Sha256;
  /** undefined where its document cannot be read: while somebody runs in it, it may be made of any tree */
  readonly layers: readonly LayerDigest[] | undefined;
}

/** All of them, by what they say of themselves. @throws FsError where they cannot be seen */
export function listEnvironments(
  layout: CacheLayout,
  fs: Pick<FileSystem, "stat" | "readDir" | "readText">,
): StoredEnvironment[] {
  if (fs.stat(layout.environments) === undefined) return [];
  return fs.readDir(layout.environments).flatMap(({ name, kind }) => {
    const key = kind === "directory" ? tryParseSha256(name) : undefined;
    return key === undefined ? [] : [{ key, layers: documentOf(key, layout, fs)?.layers }];
  });
}

/** Environments under their exclusive leases: nobody runs in them, and nobody who starts finds them. */
export class HeldEnvironments {
  constructor(
    private readonly held: readonly { readonly key: string; readonly lock: Lock | undefined }[],
    private readonly layout: CacheLayout,
    private readonly host: EnvironmentHost,
  ) {}

  /** To where, one directory for each. A starter that waits for the lease then finds neither. @throws FsError */
  moveAway(to: string): void {
    const { fs } = this.host;
    for (const { key } of this.held) {
      fs.rename(this.layout.environment(key), `${to}/environment-${key}`);
      unlessRefused(() => fs.remove(this.layout.environmentLease(key)));
    }
  }

  release(): void {
    for (const { lock } of this.held) lock?.release();
  }
}

/**
 * Locks all environments that are made of a tree, or says why one of them must stay. To be called with the
 * lease of the tree locked: while it is, nobody can make another environment of it; see lease.ts.
 *
 * @param expected for environments of which nobody can tell whether they are used: as for the tree itself
 * @param force also those in which somebody runs
 * @throws FsError
 */
export function holdEnvironmentsOf(
  digest: LayerDigest,
  layout: CacheLayout,
  host: EnvironmentHost,
  { expected = "free", force = false }: { expected?: Hold; force?: boolean } = {},
): HeldEnvironments | Exclude<Hold, "free"> {
  const held: { key: string; lock: Lock | undefined }[] = [];
  for (const { key, layers } of listEnvironments(layout, host.fs)) {
    if (layers !== undefined && !layers.includes(digest)) continue;
    const lock = holdEnvironment(key, layout, host);
    if (layers === undefined && (force || lock !== "in-use")) {
      if (typeof lock === "object") lock.release();
      continue;
    }
    if (typeof lock === "object") held.push({ key, lock });
    else if (force || lock !== "in-use" && expected !== "free") held.push({ key, lock: undefined });
    else {
      held.forEach(({ lock }) => lock?.release());
      return lock;
    }
  }
  return new HeldEnvironments(held, layout, host);
}

/** The exclusive lock of an environment's lease, or why it cannot be had. */
export function holdEnvironment(
  key: string,
  layout: CacheLayout,
  { fs, locks }: EnvironmentHost,
): Lock | Exclude<Hold, "free"> {
  const path = layout.environmentLease(key);
  const lock = locks.tryLock(path, "exclusive");
  if (lock === "busy") return "in-use";
  if (lock === "absent") return "no-lease";
  if (lock === "unsupported") return "no-locks";
  const named = unlessRefused(() => fs.lstat(path));
  if (named !== undefined && isSame(named, lock)) return lock;
  lock.release();
  return "in-use";
}
