import type { LayerDigest } from "../../model/digest.ts";
import { FsError, type Host } from "../../host/ports.ts";
import type { Hold } from "./collect_plan.ts";
import type { CacheLayout } from "../layout.ts";
import { type HeldEnvironments, holdEnvironmentsOf, listEnvironments } from "./environments.ts";
import { isSame } from "../lease.ts";
import { moveTree } from "../move_tree.ts";
import { processesByTree } from "./processes.ts";
import { lockWork } from "../work_lock.ts";
import { unlessRefused } from "../unless_refused.ts";

type CollectHost = Pick<Host, "fs" | "locks" | "process" | "clock">;

/** What became of one removal: done, found held after all, or refused by the file system. */
export type Outcome =
  | { readonly kind: "removed" }
  | { readonly kind: "held"; readonly hold: Exclude<Hold, "free"> }
  | { readonly kind: "failed"; readonly why: string };

const FRESH_MS = 1000;

/**
 * Takes trees away, one at a time, each under the exclusive lock of its lease and with the environments that
 * are made of it; see lease.ts for the races with a starter. The tree leaves its place by one rename, so that there is no moment at which it is
 * visible and incomplete, and is taken apart afterwards, without any lock that a starter could meet.
 */
export class Collector {
  #seen: { readonly at: number; readonly trees: Map<LayerDigest, number[]> } | undefined;
  readonly #trash: (() => void)[] = [];

  constructor(private readonly layout: CacheLayout, private readonly host: CollectHost) {}

  /** `expected`: a tree that the plan takes for unused although nobody can tell is removed without its lock. */
  remove(digest: LayerDigest, expected: Hold = "free"): Outcome {
    const lease = this.layout.lease(digest);
    if (this.#isSeen(digest)) return { kind: "held", hold: "in-use" };
    const lock = this.host.locks.tryLock(lease, "exclusive");
    if (lock === "busy") return { kind: "held", hold: "in-use" };
    const hold = lock === "absent" ? "no-lease" : "no-locks";
    if (typeof lock === "string" && hold !== expected) return { kind: "held", hold };
    let environments: ReturnType<typeof holdEnvironmentsOf> | undefined;
    try {
      const named = this.host.fs.lstat(lease);
      // Removed by another collector, and made anew by a starter.
      if (typeof lock === "object" && (named === undefined || !isSame(named, lock))) {
        return { kind: "held", hold: "in-use" };
      }
      environments = holdEnvironmentsOf(digest, this.layout, this.host, { expected });
      if (typeof environments === "string") return { kind: "held", hold: environments };
      this.#moveAway(digest, environments);
      if (named !== undefined) this.host.fs.remove(lease);
      return { kind: "removed" };
    } catch (error) {
      if (error instanceof FsError) return { kind: "failed", why: error.message };
      throw error;
    } finally {
      if (typeof environments === "object") environments.release();
      if (typeof lock === "object") lock.release();
    }
  }

  /** Takes apart what was moved away, for at most so long; the rest is for the next collection. */
  emptyTrash(mostMs: number): void {
    const began = this.host.clock.monotonic();
    while (this.#trash.length > 0 && this.host.clock.monotonic() - began < mostMs) {
      this.#trash.shift()!();
    }
  }

  #moveAway(digest: LayerDigest, environments: HeldEnvironments): void {
    const { fs, process } = this.host;
    const tree = this.layout.tree(digest);
    const trash = this.layout.work(process.randomId());
    const unlock = lockWork(trash, this.host);
    const discard = () => {
      unlessRefused(() => fs.removeTree(trash));
      unlock();
    };
    try {
      fs.makeDir(trash);
      // First, so that no environment is ever seen without its trees.
      environments.moveAway(trash);
      moveTree(tree, `${trash}/tree`, this.host);
    } catch (error) {
      discard();
      throw error;
    }
    unlessRefused(() => fs.remove(this.layout.record(digest)));
    unlessRefused(() => fs.rename(this.layout.bytecodeOf(digest), `${trash}/bytecode`));
    this.#trash.push(discard);
  }

  #isSeen(digest: LayerDigest): boolean {
    const now = this.host.clock.monotonic();
    if (this.#seen === undefined || now - this.#seen.at > FRESH_MS) {
      const trees = processesByTree(
        listEnvironments(this.layout, this.host.fs),
        this.host.fs,
        this.host.process.pid,
      );
      this.#seen = { at: now, trees };
    }
    return this.#seen.trees.has(digest);
  }
}
