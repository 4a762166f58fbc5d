import type { LayerDigest, ReleaseDigest, Sha256 } from "../../model/digest.ts";
import type { Layer } from "../../model/release.ts";
import type { Host } from "../../host/ports.ts";
import type { PartialBlob } from "../ingest/download.ts";
import { nearestExisting } from "../existing.ts";
import type { CacheLayout } from "../layout.ts";
import { collect, type Collected, type CollectRequest } from "./collection.ts";
import { appsOf, readRefs, readReleases } from "./documents.ts";
import { verifyEnvironments } from "./environment_verification.ts";
import { listEnvironments, type StoredEnvironment } from "./environments.ts";
import { RootDirectories } from "../root_directories.ts";
import { isVisible, listReleases, treeDigests } from "./listing.ts";
import { longestPartial } from "./partials.ts";
import { listQuarantine, type Quarantined } from "./quarantine.ts";
import type { KeptRef, StoredRelease } from "./retention.ts";
import { freeBytes, isBeingFetched, makeRoom, type Room, spaceNeeded } from "./room.ts";
import { sweep, type Sweepings } from "./sweep.ts";
import { knownBytes, listUsage, type TreeUsage } from "./usage.ts";
import { type Checked, verifyRelease, verifyTrees } from "./verification.ts";

type ManagerHost = Pick<Host, "fs" | "codecs" | "locks" | "process" | "clock">;

export interface CachedTree extends TreeUsage {
  /** `app version` of every cached release that names the layer */
  readonly usedBy: readonly string[];
}

/**
 * Looks after the whole cache: lists, checks, makes room. What runs is never touched: a tree is taken away,
 * by one rename, only under the exclusive lock of its lease. What was found damaged is moved out of the
 * way, and removed when a person says so.
 */
export class Manager {
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: ManagerHost,
    private readonly roots = new RootDirectories(layout, host),
  ) {}

  /** Every tree, the newest first. What has not been measured before is walked through. @throws FsError */
  list(): CachedTree[] {
    const releases = this.releases();
    return listUsage(this.layout, this.host).map((tree) => ({
      ...tree,
      usedBy: appsOf(tree.digest, releases),
    }));
  }

  /** Digests of all trees, sorted; nothing is measured. @throws FsError */
  trees(): LayerDigest[] {
    return treeDigests(this.layout, this.host.fs);
  }

  /** Whether there is a place for trees that this user can look at. */
  hasTrees(): boolean {
    return isVisible(this.layout.trees, this.host.fs);
  }

  /** Digests of all release documents, sorted, those that cannot be read included. @throws FsError */
  releaseDigests(): ReleaseDigest[] {
    return listReleases(this.layout, this.host.fs).sort();
  }

  /** Every release document that can be read and understood. */
  releases(): StoredRelease[] {
    return readReleases(this.layout, this.host.fs);
  }

  /** What every channel and version stood for, as far as it can be read and understood. */
  refs(): KeptRef[] {
    return readRefs(this.layout, this.host.fs);
  }

  /** Of all trees, where each has been measured before; nothing is walked for it, and nothing written. */
  knownBytes(): number | undefined {
    return knownBytes(this.layout, this.host.fs);
  }

  /** The root, or the first directory above it that exists: where it would be made. */
  place(): string {
    return nearestExisting(this.layout.root, this.host.fs);
  }

  /** Where the next layer could not be unpacked, as this user may not write there; undefined: it could. */
  unwritablePlace(): string | undefined {
    const works = nearestExisting(this.layout.works, this.host.fs);
    return this.host.fs.mayWrite(works) ? undefined : works;
  }

  /** Bytes that this user may still write; undefined where the file system does not say. */
  freeBytes(): number | undefined {
    return freeBytes(this.layout, this.host.fs);
  }

  /** Bytes that fetching the layers takes, packed and unpacked, by what the release states. */
  spaceNeeded(layers: readonly Layer[]): number {
    return spaceNeeded(layers);
  }

  /** Collects what no kept release needs, as far as that is enough for the layers. */
  makeRoom(layers: readonly Layer[], options: { readonly dryRun: boolean }): Room {
    return makeRoom(layers, options, this.layout, this.host);
  }

  /** Brings the cache to what is asked for. @throws EdgebootError PERMISSION_DENIED (77), FsError */
  collect(request: CollectRequest): Collected {
    // Whoever may replace a directory while it is taken apart decides what else is removed (CWE-59).
    if (request.dryRun !== true) this.roots.check();
    return collect(request, this.layout, this.host);
  }

  /** What killed processes have left behind, and a collection would remove. */
  leftovers(): Sweepings {
    return sweep(this.layout, this.host, true);
  }

  /** What was moved out of the way because it is damaged, the oldest first. @throws FsError */
  quarantined(): Quarantined[] {
    return listQuarantine(this.layout, this.host.fs);
  }

  /** What is damaged is moved to quarantine. @throws FsError where it cannot be read at all */
  verifyRelease(digest: ReleaseDigest): Promise<Checked> {
    return verifyRelease(digest, this.layout, this.host);
  }

  /**
   * Compares trees with what was written when they were unpacked. What is damaged is moved to quarantine,
   * from under a running app only where `force` says so.
   * @param onProgress bytes read so far, and of how many
   */
  verifyTrees(
    digests: readonly LayerDigest[],
    force: boolean,
    onProgress: (bytes: number, total: number) => void,
  ): Promise<Checked[]> {
    return verifyTrees(digests, { force, onProgress }, this.layout, this.host);
  }

  /** Every environment, by what it says of itself. @throws FsError */
  environments(): StoredEnvironment[] {
    return listEnvironments(this.layout, this.host.fs);
  }

  /** The same for environments; a damaged one is made again by the next start. */
  verifyEnvironments(keys: readonly Sha256[], force: boolean): Promise<Checked[]> {
    return verifyEnvironments(keys, force, this.layout, this.host);
  }

  /** The download that the next fetch of a layer would continue; claims nothing. */
  partial(digest: LayerDigest): PartialBlob | undefined {
    return longestPartial(digest, this.layout, this.host);
  }

  /** Whether another process fetches the layer now. */
  isBeingFetched(digest: LayerDigest): boolean {
    return isBeingFetched(digest, this.layout, this.host.fs);
  }

  /** The lease of a tree, and whether a start could hold it; nothing is made. */
  leaseState(digest: LayerDigest): { readonly path: string; readonly canHold: boolean } {
    const path = this.layout.lease(digest);
    const lock = this.host.locks.tryLock(path, "shared");
    if (typeof lock === "object") lock.release();
    return { path, canHold: typeof lock === "object" || lock === "busy" };
  }
}
