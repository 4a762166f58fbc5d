import { assert, assertEquals } from "@std/assert";
import type { Ended } from "../command.ts";
import type { Bench } from "./bench.ts";
import type { Outcome } from "./cover.ts";
import { type Call, CHANGING, LOOKING, type Site, struck } from "./strace.ts";

export interface RefusalOutcome extends Outcome {
  readonly code: number;
  /** The runtime's standard library aborts where a directory cannot be closed. Linux never says so: a
   * directory has nothing to flush. */
  readonly aborted: boolean;
}

const ABORT = "unexpected error during closedir";

/** The errors that a disk, a quota, a mount or a limit gives, and the exit codes that they may end in. */
export const ERRNOS: Readonly<Record<string, readonly number[]>> = {
  ENOSPC: [74],
  EDQUOT: [74],
  EIO: [74],
  EMFILE: [74],
  EROFS: [73],
  // To look at the cache is not to write to it: what may not be seen is 77.
  EACCES: [73, 77],
};

/** Calls that can fail for good without taking the program's own code or its messages away. */
export const LASTING = [
  ...[
    "?mkdir",
    "mkdirat",
    "?rename",
    "renameat2",
    "?symlink",
    "?chmod",
    "fchmod",
    "?unlink",
    "?rmdir",
  ],
  ...["fsync", "syncfs", "ftruncate", "pwrite64", "flock", "utimensat"],
];

export interface RefusalOptions {
  /** Every call of that name fails from there on, as on a disk that stays full. */
  readonly onwards?: boolean;
}

/** Lets one call of a cold fetch end in an error, and looks at what becomes of it. */
export async function refuseAt(
  bench: Bench,
  errno: string,
  { call }: Site,
  { onwards }: RefusalOptions = {},
): Promise<RefusalOutcome> {
  const trial = await bench.trial();
  const injection = { call, what: `error=${errno}`, onwards };
  const { ended, calls, hung } = await trial.traced([...CHANGING, ...LOOKING], injection);
  const met = calls.find(isInjected) ?? struck(calls, injection);
  const site = trial.sites(calls).find((each) => each.call === met)?.key;
  const aborted = ended.stderr.includes(ABORT);
  const outcome = { site, code: ended.code, aborted, fault: undefined };
  // What was meant for the cache and met something else is another test's.
  if (site === undefined) {
    await trial.discard();
    return outcome;
  }
  try {
    assert(!hung, "it hung");
    // What becomes of the app is the app's to say.
    const isApps = bench.act.struck === "run" && !/^edgeboot: error/m.test(ended.stderr);
    if (!aborted && !isApps) assertSaysWhy(ended, codesFor(errno, met));
    const { trees } = await trial.check();
    if (ended.code === 0) assertEquals(trees, bench.layers.size, "success, and a tree is missing");
    await trial.startsUnaided();
    return outcome;
  } catch (error) {
    return { ...outcome, fault: `${(error as Error).message}\n${ended.stderr}` };
  } finally {
    await trial.discard();
  }
}

/**
 * Only what writes can meet a read-only file system: from a call that looks it is as any broken disk. And the
 * errno of syncfs, made on another thread, cannot be read; the kernel has none for it but a failed disk's.
 */
function codesFor(errno: string, met: Call | undefined): readonly number[] {
  if (met?.name === "syncfs") return [74];
  const looks = LOOKING.some((name) => name.replace("?", "") === met?.name) ||
    met?.name === "openat" && !/O_(?:CREAT|WRONLY|RDWR)/.test(met.text);
  return errno === "EROFS" && looks ? [73, 74] : ERRNOS[errno]!;
}

function isInjected({ text }: Call): boolean {
  return text.endsWith("(INJECTED)");
}

/** Success, or one error in three parts with a code that fits. */
export function assertSaysWhy({ code, stderr }: Ended, codes: readonly number[]): void {
  assert(!/panicked|\n\s+at |RUST_BACKTRACE|core dumped/.test(stderr), "a stack trace");
  const errors = stderr.match(/^edgeboot: error: /gm)?.length ?? 0;
  if (code === 0) return assertEquals(errors, 0, "an error that ends in 0");
  assert(codes.includes(code), `exit code ${code}, expected one of ${codes.join(", ")}`);
  assertEquals(errors, 1, "one error");
  assert(/^ {2}why: {2}\S.*\n {2}next: \S/m.test(stderr), "an error in three parts");
}
