import type { Context } from "../../app/context.ts";
import { FsError, type Host, type Lock } from "../../host/ports.ts";
import type { Account } from "./account.ts";
import { type Family, formatSamples, parseSamples, type Samples } from "./exposition.ts";
import { refuseSpecial } from "./target_file.ts";

/** HELP and TYPE never vary: node_exporter merges families of several files only where they are equal. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  edgeboot_starts_total: {
    type: "counter",
    help: "Commands that prepared an app, by whether layers were missing and how it ended.",
  },
  edgeboot_failures_total: {
    type: "counter",
    help: "Those that edgeboot itself ended, by its exit code and error code.",
  },
  edgeboot_fallback_total: {
    type: "counter",
    help: "Starts of the last good release in place of what could not be had, by error code.",
  },
  edgeboot_last_check_timestamp_seconds: {
    type: "gauge",
    help: "When the registry last said what is current; time() minus this is its age.",
  },
  edgeboot_start_seconds: {
    type: "summary",
    help: "Time since the runtime began until Python took over.",
  },
  edgeboot_phase_seconds: {
    type: "summary",
    help: "Time of each step until Python took over.",
  },
  edgeboot_downloaded_bytes_total: {
    type: "counter",
    help: "Packed bytes of layers that were fetched.",
  },
  edgeboot_unpacked_bytes_total: {
    type: "counter",
    help: "Unpacked bytes of layers that were fetched.",
  },
  edgeboot_release_info: {
    type: "gauge",
    help: "The release that last started; the value is always 1.",
  },
  edgeboot_last_start_timestamp_seconds: {
    type: "gauge",
    help: "When the app last started.",
  },
  edgeboot_cache_bytes: {
    type: "gauge",
    help: "Size of the unpacked layers in the cache, where it is known without measuring.",
  },
};

type MetricsHost = Pick<Host, "fs" | "clock" | "locks" | "process">;

/**
 * Adds one start to the file. Read, count, write aside, rename: a reader sees the old file or the new one.
 * Processes take turns by an exclusive lock on `FILE.lock`, which is never removed:
 *
 *   A: lock → held, read 7, write 8, rename, unlock
 *   B:      lock → busy … … … … … … … …  lock → held, read 8, write 9, rename, unlock
 *
 * One file for all apps of a machine, because node_exporter refuses the whole of what it has gathered when
 * two files hold the same sample. Where there must be several (users who may not write each other's), each
 * sample says in its label `file` which one it is from, so that none can occur twice.
 *
 * Not synced: after a power cut counters may begin anew, as after any restart of what is counted.
 * @throws Error where it cannot be written, is no metrics file, or others hold the lock for too long
 */
export async function countStart(
  path: string,
  account: Account,
  host: MetricsHost,
  context: Context | undefined,
): Promise<void> {
  const { fs } = host;
  refuseSpecial(path, fs);
  const target = fs.lstat(path)?.kind === "symlink" ? fs.realPath(path) : path;
  // What can be done before the others have to wait is.
  const cache = context && {
    path: context.cacheRoot.path,
    bytes: (await context.store.manager()).knownBytes(),
  };
  const lock = await takeLock(`${target}.lock`, host);
  try {
    const before = read(target, fs);
    const samples = parseSamples(before ?? "", FAMILIES, COMMON);
    count(samples, account, host.clock.now() / 1000);
    if (cache?.bytes !== undefined) {
      samples.set("edgeboot_cache_bytes", { cache: cache.path }, cache.bytes);
    }
    const file = target.slice(target.lastIndexOf("/") + 1).replace(/\.prom$/, "");
    const aside = `${target}.${lock === undefined ? host.process.randomId() : "tmp"}`;
    replace(target, MARKER + formatSamples(samples, FAMILIES, { file }), aside, fs);
  } finally {
    lock?.release();
  }
}

/** By its first line a file is known to be replaceable. */
const MARKER = "# Written by edgeboot, and replaced at each start.\n";
const COMMON = ["file"];
/** The value of `app` in direct mode; no app ID has brackets. */
const NO_APP = "(bundle)";

/** Pure but for `samples`. `now`: seconds since the epoch */
export function count(samples: Samples, account: Account, now: number): void {
  const { command, start, outcome, version, digest, ref } = account;
  const app = account.app ?? NO_APP;
  samples.add("edgeboot_starts_total", { app, command, start, result: outcome.result }, 1);
  samples.add("edgeboot_downloaded_bytes_total", { app }, account.downloadedBytes);
  samples.add("edgeboot_unpacked_bytes_total", { app }, account.unpackedBytes);
  if (account.fallback !== undefined) {
    samples.add("edgeboot_fallback_total", { app, reason: account.fallback.code }, 1);
  }
  if (account.checked && ref !== undefined) {
    samples.set("edgeboot_last_check_timestamp_seconds", { app, ref }, now);
  }
  if (outcome.result === "failed") {
    const { exit, code } = outcome;
    return samples.add("edgeboot_failures_total", { app, command, exit_code: `${exit}`, code }, 1);
  }
  if (outcome.result === "done") return;
  const observe = (family: string, labels: Record<string, string>, seconds: number) => {
    samples.add(`${family}_sum`, labels, seconds);
    samples.add(`${family}_count`, labels, 1);
  };
  observe("edgeboot_start_seconds", { app, start }, account.seconds);
  for (const [phase, seconds] of Object.entries(account.phases)) {
    observe("edgeboot_phase_seconds", { app, start, phase }, seconds);
  }
  samples.set("edgeboot_last_start_timestamp_seconds", { app }, now);
  if (digest === undefined) return;
  const channel = ref === undefined ? { app } : { app, ref };
  samples.drop("edgeboot_release_info", channel);
  samples.set("edgeboot_release_info", { ...channel, version: version ?? "", digest }, 1);
}

function read(path: string, fs: Host["fs"]): string | undefined {
  let text: string;
  try {
    text = fs.readText(path);
  } catch (error) {
    if (error instanceof FsError && error.errno === "ENOENT") return undefined;
    throw error;
  }
  if (text === "" || text.startsWith(MARKER)) return text;
  throw new Error("something else is in that file, and it is left as it is");
}

/** Who reads it is another user, whatever the umask of who starts. */
function replace(path: string, text: string, aside: string, fs: Host["fs"]): void {
  const mode = fs.stat(path)?.mode ?? 0o644;
  // Left by a kill; under the lock nobody else writes there.
  if (fs.lstat(aside) !== undefined) fs.remove(aside);
  try {
    fs.writeNewFile(aside, new TextEncoder().encode(text), mode);
    fs.chmod(aside, mode);
    fs.rename(aside, path);
  } catch (error) {
    if (fs.lstat(aside) !== undefined) fs.remove(aside);
    throw error;
  }
}

/**
 * Locks are not fair: of fifty that started at once on two processors with forty others at work, one had not
 * had its turn by then. Its start goes on uncounted, with a warning.
 */
const LONGEST_WAIT_MS = 5000;
const LONGEST_PAUSE_MS = 10;

/** undefined where there are no locks: then of two at the same moment one count may be lost. */
async function takeLock(
  path: string,
  { fs, locks, clock }: MetricsHost,
): Promise<Lock | undefined> {
  const began = clock.monotonic();
  for (let pause = 1;; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const lock = locks.tryLock(path, "exclusive", { create: true, mode: 0o600 });
    if (lock === "unsupported" || lock === "absent") return undefined;
    if (lock !== "busy") return lock;
    // Whoever may read it can hold it for ever.
    if (((fs.lstat(path)?.mode ?? 0) & 0o077) !== 0) return undefined;
    if (clock.monotonic() - began > LONGEST_WAIT_MS) {
      throw new Error(`${path} has been locked by others for ${LONGEST_WAIT_MS / 1000} s`);
    }
    await clock.sleep(pause);
  }
}
