import { type DirEntry, FsError, type Host, type Lock } from "../../host/ports.ts";
import { isSame } from "../lease.ts";
import { unlessRefused } from "../unless_refused.ts";

export type UnownedHost = Pick<Host, "fs" | "locks" | "clock">;

const HOUR_MS = 3_600_000;
/** Where no lock tells, a directory that nobody has changed for so long is nobody's. */
export const ABANDONED_MS = 24 * HOUR_MS;

/** How to tell that something in the cache is nobody's, and how to take it away. Never waits, never fails. */
export class Unowned {
  constructor(private readonly host: UnownedHost, readonly dryRun: boolean) {}

  /**
   * Acts where nobody holds the lock, and the path still names what was locked. Where there are no locks, age
   * must do: of the lock file itself or of the `subject` that it is for, whichever is younger.
   */
  underLock(path: string, act: () => void, subject = path): boolean {
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
    if (Math.min(this.age(path), this.age(subject)) < ABANDONED_MS) return false;
    // It is another user's, who may have locks.
    const shared = this.host.locks.tryLock(path, "shared");
    if (typeof shared === "object") shared.release();
    if (shared === "busy") return false;
    act();
    return this.dryRun || this.host.fs.lstat(path) === undefined;
  }

  /** Since the last change of the directory or of what lies directly in it. */
  age(path: string): number {
    const inner = this.entries(path).map(({ name }) => `${path}/${name}`);
    const times = [path, ...inner].map((each) => this.host.fs.lstat(each)?.mtimeMs ?? 0);
    return this.host.clock.now() - Math.max(...times);
  }

  /** None where it cannot be seen. */
  entries(path: string): DirEntry[] {
    try {
      return this.host.fs.readDir(path);
    } catch (error) {
      if (error instanceof FsError) return [];
      throw error;
    }
  }

  has(path: string): boolean {
    return this.host.fs.lstat(path) !== undefined;
  }

  removeTree(path: string): void {
    if (!this.dryRun) unlessRefused(() => this.host.fs.removeTree(path));
  }
}
