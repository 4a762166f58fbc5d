import { libcLocks } from "../../src/host/libc_locks.ts";

/** Another process that holds a lock of flock(1) on `path`, until it is killed. */
export class LockHolder implements AsyncDisposable {
  static async hold(path: string, mode: "shared" | "exclusive"): Promise<LockHolder> {
    const child = new Deno.Command("flock", {
      // Without a child of its own that would hold the lock on: -o closes it there, -F is exec.
      args: ["-F", mode === "shared" ? "-s" : "-x", path, "sleep", "60"],
      stdin: "null",
    }).spawn();
    const holder = new LockHolder(child);
    for (let i = 0; i < 500; i++) {
      const lock = libcLocks.tryLock(path, "exclusive");
      if (lock === "busy") return holder;
      if (typeof lock !== "string") lock.release();
      await new Promise((done) => setTimeout(done, 10));
    }
    await holder[Symbol.asyncDispose]();
    throw new Error(`flock(1) does not lock ${path}`);
  }

  private constructor(private readonly child: Deno.ChildProcess) {}

  get pid(): number {
    return this.child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.status;
  }
}
