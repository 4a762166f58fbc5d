import type { FileSystem } from "../../host/ports.ts";

/** USER_HZ: what /proc counts in, on every architecture of Linux that the runtime has. */
const TICKS_PER_SECOND = 100;
/** An uptime that a container's own /proc makes up (lxcfs) is of another kind than the start time. */
const LONGEST_SECONDS = 3600 * 24;

/**
 * Seconds since the kernel made this process, to 10 ms: what the runtime took before its own clock began
 * is in it. undefined where /proc does not tell, or tells nonsense.
 */
export function sinceProcessStart(fs: Pick<FileSystem, "readText">): number | undefined {
  try {
    return elapsed(fs.readText("/proc/self/stat"), fs.readText("/proc/uptime"));
  } catch {
    return undefined;
  }
}

/** Field 22 of proc_pid_stat(5); the name in field 2 may hold spaces and brackets. */
export function elapsed(stat: string, uptime: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const started = Number(fields[22 - 3] ?? NaN) / TICKS_PER_SECOND;
  const seconds = Math.round((Number.parseFloat(uptime) - started) * 100) / 100;
  return seconds >= 0 && seconds < LONGEST_SECONDS ? seconds : undefined;
}
