import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { attempt, type Settings } from "./attempt.ts";

/** path → "dir", "link -> TARGET" or "file x SHA256"; see reference.py */
export type Listing = Readonly<Record<string, string>>;

export interface Comparison {
  readonly verdict: string;
  /** Entries of the tree that the other tool made. */
  readonly entries: number;
  /** "PATH: ours ≠ theirs", sorted; empty where the trees are equal. */
  readonly differences: readonly string[];
}

const REFERENCE = new URL("reference.py", import.meta.url).pathname;

/** Unpacks with the compiled binary and with CPython's zipfile or GNU tar, and compares the trees. */
export async function compare(
  archive: string,
  kind: "zip" | "tar",
  settings: Settings = {},
): Promise<Comparison> {
  const directory = await Deno.makeTempDir({ prefix: "eb-reference-" });
  try {
    const theirs = await reference(kind, archive, `${directory}/tree`);
    return await attempt(archive, async ({ verdict, tree }) => {
      const entries = Object.keys(theirs).length;
      if (tree === undefined) return { verdict, entries, differences: ["refused"] };
      return { verdict, entries, differences: difference(await listing(tree), theirs) };
    }, settings);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

export async function listing(directory: string): Promise<Listing> {
  return await reference("list", directory);
}

async function reference(...args: string[]): Promise<Listing> {
  return JSON.parse(await output(PYTHON.path, ["-I", REFERENCE, ...args]));
}

/** Interpreter links of virtual environments are left out, as documented; they do not count. */
export function difference(ours: Listing, theirs: Listing): string[] {
  const paths = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
  return paths.filter((path) => ours[path] !== theirs[path] && !isLeftOut(path, ours, theirs))
    .map((path) => `${path}: ${ours[path] ?? "absent"} ≠ ${theirs[path] ?? "absent"}`);
}

function isLeftOut(path: string, ours: Listing, theirs: Listing): boolean {
  return ours[path] === undefined && (theirs[path]?.startsWith("link -> /") ?? false) &&
    /(?:^|\/)bin\/python(?:3(?:\.\d+)?)?$/.test(path);
}
