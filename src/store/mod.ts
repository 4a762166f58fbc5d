import type { LeaseOptions } from "./lease.ts";
import type { LayerDigest } from "../model/digest.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import { FsError, type Host, type Lock } from "../host/ports.ts";
import type { EnvironmentCare } from "./environment/care.ts";
import type { EnvironmentComposer } from "./environment/composer.ts";
import { isWhole } from "./environment/whole.ts";
import type { Ingester } from "./ingest/ingester.ts";
import type { PackedFiles } from "./ingest/packed_files.ts";
import { CacheLayout } from "./layout.ts";
import { PATIENCE_MS, takeLease } from "./lease.ts";
import type { Manager } from "./manage/manager.ts";
import { refuseStranger } from "./ownership.ts";
import { Records } from "./records.ts";
import { RootDirectories } from "./root_directories.ts";
import { SupportDirectories } from "./support.ts";
import { closeOpenTop } from "./tree_mode.ts";
import type { TreeRecord } from "./tree_record.ts";

export { cacheCandidates, type CacheRoot, chooseCacheRoot } from "./root.ts";
export type { EnvironmentComposer } from "./environment/composer.ts";
export type { PartialBlob } from "./ingest/download.ts";
export type { Expected } from "./ingest/ingest.ts";
export type { Ingester } from "./ingest/ingester.ts";
export type { PackedDownload, PackedFiles } from "./ingest/packed_files.ts";
export type { Work } from "./ingest/work.ts";
export type { Collected, CollectRequest } from "./manage/collection.ts";
export type { CachedTree, Manager } from "./manage/manager.ts";
export type { Quarantine, Quarantined } from "./manage/quarantine.ts";
export type { Room } from "./manage/room.ts";
export type { StoredRelease } from "./manage/retention.ts";
export type { Sweepings } from "./manage/sweep.ts";
export type { TreeUsage } from "./manage/usage.ts";
export type { Checked } from "./manage/verification.ts";
export type { Damage } from "./manage/verifier.ts";
export type { TreeRecord } from "./tree_record.ts";
export type { Confirmed, HistoryEntry, RefKey, RefRecord, StoredRef } from "./ref_record.ts";

/** Paths of directories, as files of an environment name them. */
export interface EnvironmentPlaces {
  readonly trees: string;
  readonly bytecode: string;
  readonly leases: string;
  readonly treeLeases?: string;
}

type StoreHost = Pick<Host, "fs" | "codecs" | "process" | "locks" | "clock">;

/**
 * The cache, as every other room knows it: this file and the types that it names. What is here is all that
 * a warm start needs. It looks, and takes leases; what writes ({@link ingester}) and what looks after the
 * whole cache ({@link manager}) are loaded when they are asked for.
 *
 * What holds at any moment, whoever is killed: a tree that {@link hasTree} sees is complete and never
 * changes; until it is published its content is not visible; a tree whose lease is held stays. No path
 * below the root is put together outside of this room.
 */
export class Store {
  readonly records: Records;
  readonly support: SupportDirectories;
  readonly #layout: CacheLayout;
  readonly #roots: RootDirectories;
  readonly #patience = { leftMs: PATIENCE_MS };

  constructor(
    readonly root: string,
    private readonly host: StoreHost,
    trusted: TrustedUids = new Set(),
    isPrivate = false,
  ) {
    this.#layout = new CacheLayout(root);
    this.#roots = new RootDirectories(this.#layout, host, trusted, isPrivate);
    this.records = new Records(this.#layout, host, this.#roots);
    this.support = new SupportDirectories(this.#layout, host, this.#roots);
  }

  /** Where the layer's tree is, or will be. */
  treePath(digest: LayerDigest): string {
    return this.#layout.tree(digest);
  }

  hasTree(digest: LayerDigest): boolean {
    return this.host.fs.lstat(this.#layout.tree(digest))?.kind === "directory";
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where a stranger has put it there, or could write to it */
  hasTrustedTree(digest: LayerDigest): boolean {
    const path = this.#layout.tree(digest);
    const stat = this.host.fs.lstat(path);
    if (stat?.kind !== "directory") return false;
    refuseStranger(stat, path, this.#roots.whom);
    closeOpenTop(digest, stat, this.#layout, this.host);
    return true;
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where others may have changed what is in the cache */
  checkRoot(): void {
    this.#roots.check();
  }

  /**
   * The lease of a tree, held until it is released or this process ends; undefined where nothing can be
   * held. To be taken before the look whether the tree is there.
   */
  async lease(
    digest: LayerDigest,
    { create }: Pick<LeaseOptions, "create"> = { create: false },
  ): Promise<Lock | undefined> {
    if (create && !this.#canMake()) return undefined;
    const options = { create, whom: this.#roots.whom, patience: this.#patience };
    const path = this.#layout.lease(digest);
    const lease = await takeLease(path, this.host, options);
    if (create && lease !== undefined) makeMappable(path, this.host.fs);
    return lease;
  }

  /** Where the environment is, or will be. @param key 64 hex */
  environmentPath(key: string): string {
    return this.#layout.environment(key);
  }

  /**
   * What files of an environment call the directories of this cache: from their own folder, or absolute for
   * trees of another cache than the environment's.
   * @param folder relative to the environment
   */
  placesFrom(folder: string, home: Store = this): EnvironmentPlaces {
    const seen = home.#layout.seenFrom(folder);
    if (home === this) return seen;
    return { ...seen, trees: this.#layout.trees, treeLeases: this.#layout.leases };
  }

  /**
   * Whether there is one that can be started in.
   * @throws EdgebootError PERMISSION_DENIED (77) where somebody else has put it there
   */
  hasEnvironment(key: string): boolean {
    const path = this.#layout.environment(key);
    const stat = this.host.fs.lstat(path);
    if (stat?.kind !== "directory") return false;
    refuseStranger(stat, path, this.#roots.whom);
    return isWhole(path, this.host.fs);
  }

  /** As {@link lease}: it protects the environment, and all trees that it is made of. */
  environmentLease(key: string): Promise<Lock | undefined> {
    const options = { create: false, whom: this.#roots.whom, patience: this.#patience };
    return takeLease(this.#layout.environmentLease(key), this.host, options);
  }

  /** What looks after environments that are there. */
  async environmentCare(): Promise<EnvironmentCare> {
    const { EnvironmentCare } = await import("./environment/care.ts");
    return new EnvironmentCare(this.#layout, this.host);
  }

  /** What makes environments, here or, of the trees of this store, in another one. */
  async composer(home: Store = this): Promise<EnvironmentComposer> {
    const { EnvironmentComposer } = await import("./environment/composer.ts");
    const places = { home: home.#layout, cache: this.#layout };
    return new EnvironmentComposer(places, this.host, home.#roots);
  }

  /** What a tree was when it was unpacked; undefined where that is not known here. */
  async treeRecord(digest: LayerDigest): Promise<TreeRecord | undefined> {
    const { readTreeRecord } = await import("./manage/verifier.ts");
    const record = await readTreeRecord(digest, this.#layout, this.host);
    return typeof record === "string" ? undefined : record;
  }

  /** What brings layers into the cache. */
  async ingester(): Promise<Ingester> {
    const { Ingester } = await import("./ingest/ingester.ts");
    return new Ingester(this.#layout, this.host, this.#roots);
  }

  /**
   * Where `pack` may keep what saves it work the next time; whatever is in there can be lost at any moment.
   * @throws FsError; EdgebootError PERMISSION_DENIED (77) as {@link checkRoot}
   */
  packingPath(): string {
    this.#roots.make();
    this.host.fs.makeDir(this.#layout.packing, { recursive: true, mode: 0o700 });
    return this.#layout.packing;
  }

  /** What `pack` has fetched from package indexes. */
  async packedFiles(): Promise<PackedFiles> {
    const { PackedFiles } = await import("./ingest/packed_files.ts");
    return new PackedFiles(this.#layout, this.host, this.#roots);
  }

  /** What lists, checks, collects and removes. */
  async manager(): Promise<Manager> {
    const { Manager } = await import("./manage/manager.ts");
    return new Manager(this.#layout, this.host, this.#roots);
  }

  #canMake(): boolean {
    try {
      this.#roots.make();
      return true;
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    }
  }
}

/** An empty file cannot be mapped, and environments outside of the cache map the leases of their trees. */
function makeMappable(path: string, fs: Pick<Host["fs"], "lstat" | "openAppend">): void {
  try {
    if (fs.lstat(path)?.size !== 0) return;
    const file = fs.openAppend(path);
    file.write(new TextEncoder().encode("\n"));
    file.close();
  } catch (error) {
    // Another user's.
    if (!(error instanceof FsError)) throw error;
  }
}
