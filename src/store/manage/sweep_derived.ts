import { type LayerDigest, tryParseLayerDigest } from "../../model/digest.ts";
import type { Host } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { listEnvironments } from "./environments.ts";
import { unlessRefused } from "../unless_refused.ts";
import { ABANDONED_MS, type Unowned } from "./unowned.ts";

type DerivedHost = Pick<Host, "fs" | "process">;

const HOUR_MS = 3_600_000;
/** An environment is made again in less than a second. */
const UNUSED_ENVIRONMENT_MS = 30 * 24 * HOUR_MS;
/** It is fetched, or built, again where a `pack` wants it. */
const UNUSED_FILE_MS = 30 * 24 * HOUR_MS;
/** Python writes a module's bytecode under a name with a number behind it, and renames that. */
const HALF_WRITTEN = /\.pyc\.\d+$/;

/**
 * What is made of trees and has lost them, or was never finished: environments, their leases, bytecode; and what packs
 * have fetched and no longer use.
 * @param thorough also files that a Python was writing when it was killed, which lie anywhere
 */
export function sweepDerived(
  layout: CacheLayout,
  host: DerivedHost,
  unowned: Unowned,
  thorough: boolean,
): { readonly directories: number; readonly files: number } {
  const sweeper = new DerivedSweeper(host, unowned);
  const directories = sweeper.environments(layout) + sweeper.bytecode(layout);
  const halves = thorough ? [layout.bytecode, layout.environments] : [];
  const files = sweeper.leases(layout) + sweeper.packedFiles(layout) +
    halves.reduce((sum, path) => sum + sweeper.halfWritten(path), 0);
  return { directories, files };
}

class DerivedSweeper {
  constructor(private readonly host: DerivedHost, private readonly unowned: Unowned) {}

  /**
   * Environments that lack a tree, and those that were not used for long: of an older release, or for an
   * interpreter that was replaced. They are made again when they are wanted.
   */
  environments(layout: CacheLayout): number {
    const { fs } = this.host;
    const isThere = (digest: LayerDigest) => fs.lstat(layout.tree(digest)) !== undefined;
    return (unlessRefused(() => listEnvironments(layout, fs)) ?? []).filter(({ key, layers }) => {
      const lease = layout.environmentLease(key);
      const isOld = this.unowned.age(lease) > UNUSED_ENVIRONMENT_MS;
      if (!isOld && layers?.every(isThere)) return false;
      return this.unowned.underLock(lease, () => {
        if (this.unowned.dryRun) return;
        this.#takeAway(layout.environment(key), layout);
        unlessRefused(() => fs.remove(lease));
      }, layout.environment(key));
    }).length;
  }

  leases(layout: CacheLayout): number {
    return this.unowned.entries(layout.environmentLeases).filter(({ name }) => {
      const isLeft = () => !this.unowned.has(layout.environment(name));
      if (!isLeft()) return false;
      const path = layout.environmentLease(name);
      return this.unowned.underLock(path, () => {
        if (isLeft()) this.unowned.removeTree(path);
      });
    }).length;
  }

  /**
   * A collector takes it away after the tree; one that was killed between has left it.
   *
   *   starter                              sweep
   *   lease → made and held, fetch         tree is missing, lease is locked → keeps it
   *   tree is there, bytecode is found     tree is there → keeps it
   */
  bytecode(layout: CacheLayout): number {
    return this.unowned.entries(layout.bytecode).filter(({ name }) => {
      const digest = tryParseLayerDigest(name);
      if (digest === undefined) return false;
      const isLeft = () => !this.unowned.has(layout.tree(digest));
      if (!isLeft()) return false;
      const path = layout.bytecodeOf(digest);
      const remove = () => {
        if (isLeft()) this.#takeAway(path, layout);
      };
      const lease = layout.lease(digest);
      if (this.unowned.has(lease)) return this.unowned.underLock(lease, remove, path);
      if (this.unowned.age(path) < ABANDONED_MS) return false;
      remove();
      return true;
    }).length;
  }

  /** What packs have fetched, and none has used for long; each use sets the time. */
  packedFiles(layout: CacheLayout): number {
    return this.unowned.entries(layout.packedFiles).filter(({ name, kind }) => {
      const path = `${layout.packedFiles}/${name}`;
      if (kind !== "file" || this.unowned.age(path) < UNUSED_FILE_MS) return false;
      this.unowned.removeTree(path);
      return true;
    }).length;
  }

  /** Files that will never have their name, below a directory. */
  halfWritten(directory: string): number {
    let count = 0;
    for (const { name, kind } of this.unowned.entries(directory)) {
      const path = `${directory}/${name}`;
      if (kind === "directory") count += this.halfWritten(path);
      else if (HALF_WRITTEN.test(name) && this.unowned.age(path) > HOUR_MS) {
        this.unowned.removeTree(path);
        count++;
      }
    }
    return count;
  }

  /** By one rename, so that nobody ever sees a part of it. */
  #takeAway(path: string, layout: CacheLayout): void {
    if (this.unowned.dryRun) return;
    const trash = layout.work(this.host.process.randomId());
    unlessRefused(() => this.host.fs.rename(path, trash));
    this.unowned.removeTree(trash);
  }
}
