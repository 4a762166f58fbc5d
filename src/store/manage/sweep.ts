import {
  type LayerDigest,
  tryParseLayerDigest,
  tryParseReleaseDigest,
} from "../../model/digest.ts";
import { type DirEntry, FsError, type Host, type Lock } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { listEnvironments } from "./environments.ts";
import { isSame } from "../lease.ts";
import { WORK_LOCK_SUFFIX } from "../work_lock.ts";
import { unlessRefused } from "./unless_refused.ts";

type SweepHost = Pick<Host, "fs" | "locks" | "clock" | "process">;

/** What killed processes have left: nothing that any start could see. */
export interface Sweepings {
  /** work directories, partial downloads, environments that nobody will start from */
  readonly works: number;
  /** leases without a tree, plans without a release, locks without a holder, documents that were never put in place */
  readonly files: number;
}

const HOUR_MS = 3_600_000;
/** Where no lock tells, a directory that nobody has changed for so long is nobody's. */
const ABANDONED_MS = 24 * HOUR_MS;
/** An environment is made again in less than a second. */
const UNUSED_ENVIRONMENT_MS = 30 * 24 * HOUR_MS;
/** A download that broke off is worth continuing for so long. */
const RESUMABLE_MS = 7 * 24 * HOUR_MS;

/** Removes, or with `dryRun` counts, what has no owner any more. Never waits, never fails. */
export function sweep(layout: CacheLayout, host: SweepHost, dryRun: boolean): Sweepings {
  const sweeper = new Sweeper(host, dryRun);
  return {
    works: sweeper.works(layout) + sweeper.partials(layout) + sweeper.environments(layout),
    files: sweeper.asides(layout) + sweeper.locks(layout) + sweeper.leases(layout) +
      sweeper.environmentLeases(layout) + sweeper.plans(layout),
  };
}

class Sweeper {
  constructor(private readonly host: SweepHost, private readonly dryRun: boolean) {}

  works({ works }: CacheLayout): number {
    const entries = this.#entries(works);
    const locked = entries.filter(({ name }) => name.endsWith(WORK_LOCK_SUFFIX));
    const owned = locked.filter(({ name }) => {
      const lockPath = `${works}/${name}`;
      const work = lockPath.slice(0, -WORK_LOCK_SUFFIX.length);
      return !this.#underLock(lockPath, () => {
        this.#removeTree(work);
        this.#removeTree(lockPath);
      }, work);
    });
    const names = new Set(locked.map(({ name }) => name.slice(0, -WORK_LOCK_SUFFIX.length)));
    const old = entries.filter(({ name, kind }) =>
      kind === "directory" && !names.has(name) &&
      this.#age(`${works}/${name}`) > ABANDONED_MS
    );
    old.forEach(({ name }) => this.#removeTree(`${works}/${name}`));
    return locked.length - owned.length + old.length;
  }

  /** `partials/<hex>/<id>/` with `blob` and `lock`: kept to be continued, until its layer is there. */
  partials(layout: CacheLayout): number {
    let count = 0;
    for (const { name: hex } of this.#entries(layout.partials)) {
      const digest = tryParseLayerDigest(hex);
      const isDone = digest !== undefined &&
        this.host.fs.lstat(layout.tree(digest)) !== undefined;
      const parent = `${layout.partials}/${hex}`;
      for (const { name } of this.#entries(parent)) {
        const path = `${parent}/${name}`;
        if (!isDone && this.#age(path) < RESUMABLE_MS) continue;
        const remove = () => this.#removeTree(path);
        const isRemoved = this.#underLock(`${path}/lock`, remove, path) ||
          this.#lockless(path, remove);
        if (isRemoved) count += 1;
      }
      // Not a young one: somebody may be about to make a directory in it.
      if (!this.dryRun && this.#age(parent) > ABANDONED_MS) {
        unlessRefused(() => this.host.fs.remove(parent));
      }
    }
    return count;
  }

  /** Documents on their way to their place live for milliseconds. */
  asides({ works }: CacheLayout): number {
    const stale = this.#entries(works).filter(({ name, kind }) =>
      kind === "file" && name.endsWith(".json") && this.#age(`${works}/${name}`) > HOUR_MS
    );
    stale.forEach(({ name }) => this.#removeTree(`${works}/${name}`));
    return stale.length;
  }

  locks({ locks }: CacheLayout): number {
    return this.#entries(locks).filter(({ name }) => {
      const path = `${locks}/${name}`;
      return this.#underLock(path, () => this.#removeTree(path));
    }).length;
  }

  /**
   * A starter makes and holds the lease before it fetches; what is free and has no tree is left over, with
   * the record of a tree that was about to be published.
   */
  leases(layout: CacheLayout): number {
    return this.#entries(layout.leases).filter(({ name }) => {
      const digest = tryParseLayerDigest(name);
      const treeless = () =>
        digest !== undefined && this.host.fs.lstat(layout.tree(digest)) === undefined;
      if (!treeless()) return false;
      const path = `${layout.leases}/${name}`;
      return this.#underLock(path, () => {
        if (!treeless()) return;
        this.#removeTree(layout.record(digest!));
        this.#removeTree(path);
      });
    }).length;
  }

  /** A plan is of no use without its release; in direct mode that is the layer itself. */
  plans(layout: CacheLayout): number {
    const orphans = this.#entries(layout.plans).filter(({ name }) => {
      const release = tryParseReleaseDigest(name);
      const layer = tryParseLayerDigest(name);
      if (release === undefined || layer === undefined) return false;
      const { fs } = this.host;
      return fs.lstat(layout.release(release)) === undefined &&
        fs.lstat(layout.tree(layer)) === undefined;
    });
    orphans.forEach(({ name }) => this.#removeTree(`${layout.plans}/${name}`));
    return orphans.length;
  }

  /**
   * Environments that lack a tree, and those that were not used for long: of an older release, or for an
   * interpreter that was replaced. They are made again when they are wanted.
   */
  environments(layout: CacheLayout): number {
    const { fs, process } = this.host;
    const isThere = (digest: LayerDigest) => fs.lstat(layout.tree(digest)) !== undefined;
    return (unlessRefused(() => listEnvironments(layout, fs)) ?? []).filter(({ key, layers }) => {
      const lease = layout.environmentLease(key);
      const isOld = this.#age(lease) > UNUSED_ENVIRONMENT_MS;
      if (!isOld && layers.length > 0 && layers.every(isThere)) return false;
      return this.#underLock(lease, () => {
        if (this.dryRun) return;
        const trash = layout.work(process.randomId());
        unlessRefused(() => fs.rename(layout.environment(key), trash));
        unlessRefused(() => fs.remove(lease));
        this.#removeTree(trash);
      }, layout.environment(key));
    }).length;
  }

  environmentLeases(layout: CacheLayout): number {
    return this.#entries(layout.environmentLeases).filter(({ name }) => {
      const isLeft = () => this.host.fs.lstat(layout.environment(name)) === undefined;
      if (!isLeft()) return false;
      const path = layout.environmentLease(name);
      return this.#underLock(path, () => {
        if (isLeft()) this.#removeTree(path);
      });
    }).length;
  }

  /**
   * Acts where nobody holds the lock, and the path still names what was locked. Where there are no locks, age
   * must do: of the lock file itself or of the `subject` that it is for, whichever is younger.
   */
  #underLock(path: string, act: () => void, subject = path): boolean {
    const lock: Lock | string = this.host.locks.tryLock(path, "exclusive");
    if (lock === "unsupported") return this.#unlocked(path, act, subject);
    if (typeof lock === "string") return false;
    try {
      const named = this.host.fs.lstat(path);
      if (named === undefined || !isSame(named, lock)) return false;
      act();
      return true;
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    } finally {
      lock.release();
    }
  }

  #unlocked(path: string, act: () => void, subject: string): boolean {
    if (Math.min(this.#age(path), this.#age(subject)) < ABANDONED_MS) return false;
    // It is another user's, who may have locks.
    const shared = this.host.locks.tryLock(path, "shared");
    if (typeof shared === "object") shared.release();
    if (shared === "busy") return false;
    act();
    return this.dryRun || this.host.fs.lstat(path) === undefined;
  }

  /** A kill between the making of a download's directory and of its lock, or between their removal. */
  #lockless(path: string, act: () => void): boolean {
    const isLocked = this.#entries(path).some(({ name }) => name === "lock");
    if (isLocked || this.#age(path) < ABANDONED_MS) return false;
    act();
    return true;
  }

  /** Since the last change of the directory or of what lies directly in it. */
  #age(path: string): number {
    const inner = this.#entries(path).map(({ name }) => `${path}/${name}`);
    const times = [path, ...inner].map((each) => this.host.fs.lstat(each)?.mtimeMs ?? 0);
    return this.host.clock.now() - Math.max(...times);
  }

  #entries(path: string): DirEntry[] {
    try {
      return this.host.fs.readDir(path);
    } catch (error) {
      if (error instanceof FsError) return [];
      throw error;
    }
  }

  #removeTree(path: string): void {
    if (!this.dryRun) unlessRefused(() => this.host.fs.removeTree(path));
  }
}
