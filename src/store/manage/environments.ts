import type { LayerDigest } from "../../model/digest.ts";
import { type FileSystem, FsError, type Host, type Lock } from "../../host/ports.ts";
import { DOCUMENT_NAME, parseDocument } from "../environment/document.ts";
import type { CacheLayout } from "../layout.ts";
import { isSame } from "../lease.ts";
import type { Hold } from "./collect_plan.ts";
import { unlessRefused } from "./unless_refused.ts";

type EnvironmentHost = Pick<Host, "fs" | "locks">;

/** An environment in the cache; one whose document cannot be read is of no layer. */
export interface StoredEnvironment {
  readonly key: string;
  readonly layers: readonly LayerDigest[];
}

/** All of them, by what they say of themselves. @throws FsError where they cannot be seen */
export function listEnvironments(
  layout: CacheLayout,
  fs: Pick<FileSystem, "stat" | "readDir" | "readText">,
): StoredEnvironment[] {
  if (fs.stat(layout.environments) === undefined) return [];
  return fs.readDir(layout.environments).filter(({ name, kind }) =>
    kind === "directory" && /^[0-9a-f]{64}$/.test(name)
  )
    .map(({ name: key }) => {
      const path = `${layout.environment(key)}/${DOCUMENT_NAME}`;
      return { key, layers: readDocument(path, fs)?.layers ?? [] };
    });
}

function readDocument(path: string, fs: Pick<FileSystem, "readText">) {
  try {
    return parseDocument(fs.readText(path));
  } catch (error) {
    // Taken away meanwhile.
    if (error instanceof FsError && error.errno === "ENOENT") return undefined;
    throw error;
  }
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
    if (!layers.includes(digest)) continue;
    const lock = holdEnvironment(key, layout, host);
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
