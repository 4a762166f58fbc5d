/** The build's identity, written over two placeholder strings of src/version.ts in the bundle. */

export interface Stamp {
  readonly version: string;
  /** 12 hex digits, `-dirty` if the tree had changes, or `unknown` outside a git checkout. */
  readonly commit: string;
  /** Day of the commit, `YYYY-MM-DD`, or `unknown`: of the build itself it would differ from build to build. */
  readonly date: string;
}

const PLACEHOLDERS: Readonly<Record<keyof Stamp, string>> = {
  version: "@edgeboot-version@",
  commit: "@edgeboot-commit@",
  date: "@edgeboot-date@",
};

/** @throws {Error} when a placeholder is missing: a binary that cannot say what it is must not ship. */
export function applyStamp(
  files: ReadonlyMap<string, string>,
  stamp: Stamp,
): Map<string, string> {
  const stamped = new Map(files);
  for (const key of ["version", "commit", "date"] as const) {
    const value = stamp[key];
    // The value lands inside a string literal of the bundle.
    if (!/^[0-9A-Za-z.+-]+$/.test(value)) {
      throw new Error(`stamp: bad ${key} ${JSON.stringify(value)}`);
    }
    let found = 0;
    for (const [name, text] of stamped) {
      if (!text.includes(PLACEHOLDERS[key])) continue;
      stamped.set(name, text.replaceAll(PLACEHOLDERS[key], value));
      found++;
    }
    if (found === 0) throw new Error(`stamp: ${PLACEHOLDERS[key]} is nowhere in the bundle`);
  }
  return stamped;
}

/** Reads the version from deno.json and the commit from git. */
export async function readStamp(root: string): Promise<Stamp> {
  const config: { version?: unknown } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  if (typeof config.version !== "string") throw new Error("stamp: deno.json has no version");
  const commit = await readCommit(root);
  const date = commit === "unknown" ? undefined : await git(root, "log", "-1", "--format=%cs");
  return { version: config.version, commit, date: date || "unknown" };
}

async function readCommit(root: string): Promise<string> {
  const top = await git(root, "rev-parse", "--show-toplevel");
  // Unpacked from a tarball inside somebody else's checkout: that commit is not ours.
  if (top !== await Deno.realPath(root)) return "unknown";
  const commit = await git(root, "rev-parse", "--short=12", "HEAD");
  const changes = await git(root, "status", "--porcelain");
  if (!commit || changes === undefined) return "unknown";
  return changes === "" ? commit : `${commit}-dirty`;
}

/** Trimmed stdout, or undefined when git is missing or says no. */
async function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  try {
    const run = await new Deno.Command("git", { args, cwd, stderr: "null" }).output();
    return run.success ? new TextDecoder().decode(run.stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
