/** The build's identity, written over the placeholder strings of src/version.ts in the bundle. */
import { git } from "./git.ts";

export interface Stamp {
  readonly version: string;
  /** 12 hex digits, `-dirty` if the tree had changes, or `unknown` outside a git checkout. */
  readonly commit: string;
  /** Of the commit, `2026-11-20`; SOURCE_DATE_EPOCH where it is set; `unknown` without either. */
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
  const seconds = await readEpoch(root);
  const date = seconds === undefined
    ? "unknown"
    : new Date(seconds * 1000).toISOString().slice(0, 10);
  return { version: config.version, commit: await readCommit(root), date };
}

/**
 * When the sources were last changed, seconds since the epoch: SOURCE_DATE_EPOCH (as the specification
 * at reproducible-builds.org has it), else the commit's date; undefined without either.
 */
export async function readEpoch(root: string): Promise<number | undefined> {
  const stated = Deno.env.get("SOURCE_DATE_EPOCH");
  const text = stated ||
    (await isCheckout(root) ? await git(root, "log", "-1", "--format=%ct") : "");
  if (!text) return undefined;
  if (!/^\d{1,11}$/.test(text)) {
    throw new Error(`stamp: SOURCE_DATE_EPOCH is ${JSON.stringify(text)}`);
  }
  return Number(text);
}

/** Unpacked from a tarball inside somebody else's checkout: that commit is not ours. */
async function isCheckout(root: string): Promise<boolean> {
  return await git(root, "rev-parse", "--show-toplevel") === await Deno.realPath(root);
}

async function readCommit(root: string): Promise<string> {
  if (!await isCheckout(root)) return "unknown";
  const commit = await git(root, "rev-parse", "--short=12", "HEAD");
  const changes = await git(root, "status", "--porcelain");
  if (!commit || changes === undefined) return "unknown";
  return changes === "" ? commit : `${commit}-dirty`;
}
