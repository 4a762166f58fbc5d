import { tryParseLayerDigest, tryParseReleaseDigest } from "../../model/digest.ts";
import type { Host } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { WORK_LOCK_SUFFIX } from "../work_lock.ts";
import { sweepDerived } from "./sweep_derived.ts";
import { unlessRefused } from "../unless_refused.ts";
import { ABANDONED_MS, Unowned } from "./unowned.ts";

type SweepHost = Pick<Host, "fs" | "locks" | "clock" | "process">;

/** What killed processes have left: nothing that any start could see. */
export interface Sweepings {
  /** work directories, partial downloads, environments that nobody will start from, bytecode of no tree */
  readonly works: number;
  /**
   * leases without a tree, plans without a release, locks without a holder, documents and bytecode that were
   * never put in place
   */
  readonly files: number;
}

const HOUR_MS = 3_600_000;
/** A download that broke off is worth continuing for so long. */
const RESUMABLE_MS = 7 * 24 * HOUR_MS;

/**
 * Removes, or with `dryRun` counts, what has no owner any more. Never waits, never fails.
 * @param thorough also what only a walk through all environments finds
 */
export function sweep(
  layout: CacheLayout,
  host: SweepHost,
  dryRun: boolean,
  thorough = true,
): Sweepings {
  const unowned = new Unowned(host, dryRun);
  const sweeper = new Sweeper(host, unowned);
  const derived = sweepDerived(layout, host, unowned, thorough);
  return {
    works: sweeper.works(layout) + sweeper.partials(layout) + derived.directories,
    files: sweeper.asides(layout) + sweeper.locks(layout) + sweeper.leases(layout) +
      sweeper.plans(layout) + derived.files,
  };
}

class Sweeper {
  constructor(private readonly host: SweepHost, private readonly unowned: Unowned) {}

  works({ works }: CacheLayout): number {
    const entries = this.unowned.entries(works);
    const locked = entries.filter(({ name }) => name.endsWith(WORK_LOCK_SUFFIX));
    const owned = locked.filter(({ name }) => {
      const lockPath = `${works}/${name}`;
      const work = lockPath.slice(0, -WORK_LOCK_SUFFIX.length);
      return !this.unowned.underLock(lockPath, () => {
        this.unowned.removeTree(work);
        this.unowned.removeTree(lockPath);
      }, work);
    });
    const names = new Set(locked.map(({ name }) => name.slice(0, -WORK_LOCK_SUFFIX.length)));
    const old = entries.filter(({ name, kind }) =>
      kind === "directory" && !names.has(name) &&
      this.unowned.age(`${works}/${name}`) > ABANDONED_MS
    );
    old.forEach(({ name }) => this.unowned.removeTree(`${works}/${name}`));
    return locked.length - owned.length + old.length;
  }

  /** `partials/<hex>/<id>/` with `blob` and `lock`: kept to be continued, until its layer is there. */
  partials(layout: CacheLayout): number {
    let count = 0;
    for (const { name: hex } of this.unowned.entries(layout.partials)) {
      const digest = tryParseLayerDigest(hex);
      const isDone = digest !== undefined &&
        this.host.fs.lstat(layout.tree(digest)) !== undefined;
      const parent = `${layout.partials}/${hex}`;
      for (const { name } of this.unowned.entries(parent)) {
        const path = `${parent}/${name}`;
        if (!isDone && this.unowned.age(path) < RESUMABLE_MS) continue;
        const remove = () => this.unowned.removeTree(path);
        const isRemoved = this.unowned.underLock(`${path}/lock`, remove, path) ||
          this.#lockless(path, remove);
        if (isRemoved) count += 1;
      }
      // Not a young one: somebody may be about to make a directory in it.
      if (!this.unowned.dryRun && this.unowned.age(parent) > ABANDONED_MS) {
        unlessRefused(() => this.host.fs.remove(parent));
      }
    }
    return count;
  }

  /** Documents on their way to their place live for milliseconds. */
  asides({ works }: CacheLayout): number {
    const stale = this.unowned.entries(works).filter(({ name, kind }) =>
      kind === "file" && name.endsWith(".json") && this.unowned.age(`${works}/${name}`) > HOUR_MS
    );
    stale.forEach(({ name }) => this.unowned.removeTree(`${works}/${name}`));
    return stale.length;
  }

  locks({ locks }: CacheLayout): number {
    return this.unowned.entries(locks).filter(({ name }) => {
      const path = `${locks}/${name}`;
      return this.unowned.underLock(path, () => this.unowned.removeTree(path));
    }).length;
  }

  /**
   * A starter makes and holds the lease before it fetches; what is free and has no tree is left over, with
   * the record of a tree that was about to be published.
   */
  leases(layout: CacheLayout): number {
    return this.unowned.entries(layout.leases).filter(({ name }) => {
      const digest = tryParseLayerDigest(name);
      const treeless = () =>
        digest !== undefined && this.host.fs.lstat(layout.tree(digest)) === undefined;
      if (!treeless()) return false;
      const path = `${layout.leases}/${name}`;
      return this.unowned.underLock(path, () => {
        if (!treeless()) return;
        this.unowned.removeTree(layout.record(digest!));
        this.unowned.removeTree(path);
      });
    }).length;
  }

  /** A plan is of no use without its release; in direct mode that is the layer itself. */
  plans(layout: CacheLayout): number {
    const orphans = this.unowned.entries(layout.plans).filter(({ name }) => {
      const release = tryParseReleaseDigest(name);
      const layer = tryParseLayerDigest(name);
      if (release === undefined || layer === undefined) return false;
      const { fs } = this.host;
      return fs.lstat(layout.release(release)) === undefined &&
        fs.lstat(layout.tree(layer)) === undefined;
    });
    orphans.forEach(({ name }) => this.unowned.removeTree(`${layout.plans}/${name}`));
    return orphans.length;
  }

  /** A kill between the making of a download's directory and of its lock, or between their removal. */
  #lockless(path: string, act: () => void): boolean {
    const isLocked = this.unowned.entries(path).some(({ name }) => name === "lock");
    if (isLocked || this.unowned.age(path) < ABANDONED_MS) return false;
    act();
    return true;
  }
}
