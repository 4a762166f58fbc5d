import { FsError } from "../../host/ports.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { PackContext } from "./context.ts";

/** What is known of the version of a source. */
export interface SourceState {
  /** of git; undefined where the source is in no repository, or there is no git to ask */
  readonly commit: string | undefined;
  /** Whether files that git knows, or would take, are not as in that commit. */
  readonly isDirty: boolean;
  /** of all files of the app's layer, whole seconds since the epoch */
  readonly modified: number;
  /** RFC 3339, for people; undefined where nothing but the clock could say */
  readonly created: string | undefined;
}

/** 1980-01-01, the earliest that zip files can say, for what has no time of its own. */
export const FIXED_TIME = 315_532_800;
const TIMEOUT_MS = 60_000;

/**
 * The time of a release is SOURCE_DATE_EPOCH, the time of the commit, or a fixed date: never the clock's or the
 * files', which are other ones on another machine.
 * @throws EdgebootError USAGE (64) where SOURCE_DATE_EPOCH is no number
 */
export async function sourceState(
  directory: string | undefined,
  context: PackContext,
): Promise<SourceState> {
  const stated = epochOf(context.host.env.get("SOURCE_DATE_EPOCH"));
  const commit = directory === undefined ? undefined : await lastCommit(directory, context);
  const seconds = stated ?? commit?.seconds;
  return {
    commit: commit?.hash,
    isDirty: commit?.isDirty ?? false,
    modified: seconds ?? FIXED_TIME,
    created: seconds === undefined
      ? undefined
      : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
  };
}

/** reproducible-builds.org: seconds since the epoch, in ASCII digits. */
function epochOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new EdgebootError("USAGE", {
    what: "SOURCE_DATE_EPOCH is no time",
    why: `it is ${JSON.stringify(text)}, and should be whole seconds since 1970`,
    next: "set it to the output of `git log -1 --format=%ct`, or unset it",
  });
}

interface Commit {
  readonly hash: string;
  readonly seconds: number;
  readonly isDirty: boolean;
}

async function lastCommit(directory: string, context: PackContext): Promise<Commit | undefined> {
  if (!isInRepository(directory, context)) return undefined;
  try {
    // Of whoever it is: all that is asked for is its last commit.
    const git = ["-C", directory, "-c", "safe.directory=*", "-c", "core.fsmonitor=false"];
    const run = (...args: string[]) =>
      context.host.commands.run("git", [...git, ...args], TIMEOUT_MS);
    const log = await run("log", "-1", "--format=%H %ct");
    const [hash, seconds] = log.stdout.trim().split(" ");
    if (log.code === 0 && hash && seconds) {
      const status = await run("status", "--porcelain", "--", ".");
      return { hash, seconds: Number(seconds), isDirty: status.stdout.trim() !== "" };
    }
    warn(directory, log.stderr.trim().split("\n")[0] ?? "", context);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    warn(directory, "there is no git program", context);
  }
  return undefined;
}

function warn(directory: string, why: string, { report }: PackContext): void {
  report.event({
    kind: "warning",
    text:
      `the commit of ${directory} is not known (${why}): the release does not name it, and has ` +
      "a fixed date, so another machine may pack other bytes",
  });
}

function isInRepository(directory: string, { host: { fs } }: PackContext): boolean {
  for (let place = directory; place !== ""; place = place.slice(0, place.lastIndexOf("/"))) {
    if (fs.lstat(`${place}/.git`) !== undefined) return true;
  }
  return false;
}
