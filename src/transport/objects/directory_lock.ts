import type { Host, Lock } from "../../host/ports.ts";
import { EdgebootError } from "../../model/errors.ts";
import { readable } from "./readable.ts";

export type LockHost = Pick<Host, "locks" | "clock" | "process">;

const SHORTEST_PAUSE_MS = 3;
const LONGEST_PAUSE_MS = 100;

/**
 * A lock of flock(2) on a file that stays: the kernel gives it back when its holder dies, however that was.
 * undefined where this file system has none, or the file may not be opened; then nobody is kept out.
 * @throws EdgebootError LOCK_TIMEOUT (75)
 */
export async function lockFile(
  path: string,
  mode: "shared" | "exclusive",
  { locks, clock, process }: LockHost,
  timeoutMs: number,
): Promise<Lock | undefined> {
  const began = clock.monotonic();
  for (let pause = SHORTEST_PAUSE_MS;; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    // Others of a group that publishes together may lock, too.
    const lock = readable(process, () => locks.tryLock(path, mode, { create: true, mode: 0o666 }));
    if (typeof lock !== "string") return lock;
    if (lock !== "busy") return undefined;
    const waited = clock.monotonic() - began;
    if (waited >= timeoutMs) throw timedOut(path, timeoutMs);
    // Twenty that wait must not look in step.
    await clock.sleep(Math.min(pause * (0.5 + Math.random()), timeoutMs - waited));
  }
}

function timedOut(path: string, timeoutMs: number): EdgebootError {
  return new EdgebootError("LOCK_TIMEOUT", {
    what: `gave up waiting for others who write to the registry after ${timeoutMs / 1000} s`,
    why: `another process holds the lock ${path}`,
    next: `\`fuser -v ${path}\` says which; end it if it hangs, or wait longer with --lock-timeout`,
  }, { facts: { lock: path } });
}
