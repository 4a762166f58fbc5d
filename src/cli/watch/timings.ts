import { FsError, type Host } from "../../host/ports.ts";
import { type Timing, TIMINGS_ID } from "../schemas/timings.ts";
import type { Account } from "./account.ts";
import { sinceProcessStart } from "./process_start.ts";
import { refuseSpecial } from "./target_file.ts";

type TimingsHost = Pick<Host, "fs" | "clock" | "process">;

/**
 * Appends one line. Lines of several processes do not mix: each is one write(2) to a file that was opened
 * for appending, which local file systems do under the inode's lock (not NFS: open(2), O_APPEND).
 * @throws FsError, or Error where the path is no regular file
 */
export function appendTiming(path: string, account: Account, host: TimingsHost): void {
  const { fs } = host;
  const line = `${JSON.stringify(timingOf(account, host))}\n`;
  refuseSpecial(path, fs);
  const file = openForAppending(path, fs);
  try {
    file.write(new TextEncoder().encode(line));
  } finally {
    file.close();
  }
}

/** The line of `--timings` about a start: what it was, and milliseconds by step. */
export function timingOf(account: Account, { fs, clock, process }: TimingsHost): Timing {
  const { app, ref, version, digest, layers, outcome } = account;
  const since = sinceProcessStart(fs);
  return {
    schema: TIMINGS_ID,
    ts: new Date(clock.now()).toISOString(),
    command: account.command,
    pid: process.pid,
    ...(app === undefined ? {} : { app }),
    ...(ref === undefined ? {} : { ref }),
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
    start: account.start,
    ...(account.fallback === undefined ? {} : { fallback: account.fallback }),
    result: outcome.result,
    ...("exit" in outcome ? { exit: outcome.exit, code: outcome.code } : {}),
    seconds: account.seconds,
    ...(since === undefined ? {} : { since_process_start_seconds: since }),
    phases: account.phases,
    ...(layers === undefined ? {} : { layers: { ...layers } }),
    downloaded_bytes: account.downloadedBytes,
    unpacked_bytes: account.unpackedBytes,
  };
}

/**
 * The file that is made is closed again before it is appended to: who made it must not write at the place
 * where another has appended meanwhile.
 */
function openForAppending(path: string, fs: Host["fs"]) {
  try {
    return fs.openAppend(path);
  } catch (error) {
    if (!(error instanceof FsError && error.errno === "ENOENT")) throw error;
  }
  try {
    fs.createFile(path, 0o644).close();
  } catch (error) {
    if (!(error instanceof FsError && error.errno === "EEXIST")) throw error;
  }
  return fs.openAppend(path);
}
