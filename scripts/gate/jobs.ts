/** Which test files run in one process, and which of them never at the same time. Pure. */

export interface Job {
  readonly name: string;
  /** Relative to the project's root. */
  readonly files: readonly string[];
  /** Two jobs of one group never run at the same time. */
  readonly group?: string;
  /** Seconds after which it hangs. */
  readonly limit: number;
}

const LIMIT = 900;

interface Kind {
  readonly files: RegExp;
  readonly group?: string;
  readonly limit?: number;
  /** Too long for the short form of the tests; most that it finds, others find. */
  readonly long?: true;
}

/** The first that fits a file says what there is to know about it. */
const KINDS: readonly Kind[] = [
  // Debian roots and images are made at the first run; one process at a time has the store of images.
  { files: /^tests\/e2e\/containers\//, group: "containers", limit: 1800, long: true },
  { files: /^tests\/e2e\/systemd\/(?!units)/, group: "systemd", limit: 1800, long: true },
  // Loop devices, and what the kernel has not written yet.
  { files: /^tests\/e2e\/power_loss_test\.ts$/, group: "disks", long: true },
  // A kill, or an error, at one system call after another.
  { files: /^tests\/e2e\/(?:faults\/|crash_test\.ts$)/, long: true },
  // Real packages: whatever can be found without them, smaller tests find.
  { files: /^tests\/e2e\/(?:apps\/|bundles_test|elf_wheels_test)/, limit: 1800, long: true },
  { files: /^tests\/e2e\/archives\/(?:corpora|wheels|writers)_test/, long: true },
  // Waits for as long as a start does where nobody answers.
  { files: /^tests\/e2e\/network\/black_hole_test\.ts$/, long: true },
  // Compiles twice.
  { files: /^tests\/e2e\/release_test\.ts$/, long: true },
];

export type Choice = "whole" | "short";

/** A process for each end-to-end file, and one for each directory of unit tests. */
export function jobsOf(files: readonly string[], choice: Choice): Job[] {
  const jobs = new Map<string, Job>();
  for (const file of files) {
    const kind = KINDS.find(({ files }) => files.test(file));
    if (choice === "short" && kind?.long) continue;
    const name = isEndToEnd(file) ? file : file.replace(/\/[^/]*$/, "");
    jobs.set(name, {
      name,
      files: [...(jobs.get(name)?.files ?? []), file],
      ...(kind?.group === undefined ? {} : { group: kind.group }),
      limit: kind?.limit ?? LIMIT,
    });
  }
  return [...jobs.values()];
}

export function isEndToEnd(file: string): boolean {
  return file.startsWith("tests/e2e/");
}

/**
 * The long ones first, so that no lane is left with a long one at the end.
 * @param known seconds of an earlier run by job; what is not known counts as long
 */
export function longestFirst(jobs: readonly Job[], known: Readonly<Record<string, number>>): Job[] {
  const seconds = ({ name }: Job) => known[name] ?? Infinity;
  return [...jobs].sort((a, b) => seconds(a) === seconds(b) ? 0 : seconds(b) - seconds(a));
}

/** The next to start beside those that run; undefined where each has to wait for one of them. */
export function nextJob(waiting: readonly Job[], running: readonly Job[]): Job | undefined {
  const taken = new Set(running.map(({ group }) => group));
  return waiting.find(({ group }) => group === undefined || !taken.has(group));
}
