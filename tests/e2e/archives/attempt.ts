import { BINARY } from "../support/binary.ts";
import { command } from "../support/command.ts";
import { exists } from "../support/kept.ts";
import { sha256Of } from "../support/sandbox.ts";
import { surroundings } from "./surroundings.ts";

/** What `edgeboot fetch --bundle` made of one archive. */
export interface Attempt {
  /** "accepted"; else the rule, the limit or what the file was taken for. */
  readonly verdict: string;
  /** the error code, or "" where it was accepted */
  readonly code: string;
  readonly exit: number;
  readonly stderr: string;
  /** The unpacked tree, until the attempt is over; undefined where the archive was refused. */
  readonly tree: string | undefined;
}

/** Settings of edgeboot, such as EDGEBOOT_MAX_RATIO. */
export type Settings = Readonly<Record<string, string>>;

/** Shared, as V8's code cache lies there; edgeboot must leave nothing else in it. */
const TEMPORARY = Deno.makeTempDirSync({ prefix: "eb-archives-tmp-" });
globalThis.addEventListener("unload", () => Deno.removeSync(TEMPORARY, { recursive: true }));

/**
 * Fetches `archive` with the compiled binary into a fresh cache, three levels deep in a directory of
 * sentinels. Throws where anything beside the one tree was made or changed, where a refusal left
 * anything behind, or where the answer is not the contract's.
 */
export async function attempt<T>(
  archive: string,
  look: (attempt: Attempt) => T | Promise<T>,
  settings: Settings = {},
): Promise<T> {
  const box = await Deno.realPath(await Deno.makeTempDir({ prefix: "eb-archives-" }));
  try {
    const cache = await furnish(box);
    const before = surroundings(box, cache);
    const made = await run(archive, cache, box, settings);
    const after = surroundings(box, cache);
    if (after !== before) throw new Error(`something outside was changed:\n${before}\n→\n${after}`);
    checkCache(cache, made.tree);
    return await look(made);
  } finally {
    await Deno.remove(box, { recursive: true });
  }
}

export async function verdictOf(archive: string, settings: Settings = {}): Promise<string> {
  return await attempt(archive, ({ verdict }) => verdict, settings);
}

async function furnish(box: string): Promise<string> {
  const cache = `${box}/a/b/cache`;
  await Deno.mkdir(cache, { recursive: true });
  await Deno.mkdir(`${box}/home`);
  await Deno.writeTextFile(`${box}/secret`, "secret");
  await Deno.writeTextFile(`${box}/a/neighbour`, "neighbour", { mode: 0o640 });
  await Deno.symlink("../secret", `${box}/a/link`);
  return cache;
}

async function run(
  archive: string,
  cache: string,
  box: string,
  settings: Settings,
): Promise<Attempt> {
  const sha256 = await sha256Of(archive);
  const args = ["fetch", "--json", "--bundle", archive, "--sha256", sha256];
  const { code: exit, stdout, stderr } = await command(BINARY, args, {
    cwd: box,
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: `${box}/home`,
      TMPDIR: TEMPORARY,
      EDGEBOOT_CACHE: cache,
      EDGEBOOT_LOG: "json",
      ...settings,
    },
  });
  if (exit === 0) {
    const tree = JSON.parse(stdout).apps[0].trees[0] as string;
    return { verdict: "accepted", code: "", exit, stderr, tree };
  }
  return { ...refusal(stdout, stderr), exit, stderr, tree: undefined };
}

function refusal(stdout: string, stderr: string): { verdict: string; code: string } {
  const errors = stderr.split("\n").filter((line) => line.includes('"level":"error"'));
  const said = JSON.parse(stdout);
  if (errors.length !== 1 || said.ok || said.apps.length > 0) {
    throw new Error(`no single error:\n${stdout}${stderr}`);
  }
  const { code, what, why, next, rule, limit, found } = JSON.parse(errors[0]!);
  for (const part of [what, why, next]) {
    if (typeof part !== "string" || part === "") throw new Error(`not in three parts:\n${stderr}`);
  }
  return { code, verdict: `${rule ?? limit ?? found ?? code}` };
}

function checkCache(cache: string, tree: string | undefined): void {
  const at = (path: string) => exists(path) ? [...Deno.readDirSync(path)].map((e) => e.name) : [];
  const trees = at(`${cache}/v1/trees/sha256`).map((name) => `${cache}/v1/trees/sha256/${name}`);
  const expected = tree === undefined ? [] : [tree];
  if (trees.join() !== expected.join()) throw new Error(`trees in the cache: ${trees.join()}`);
  const work = at(`${cache}/v1/work`);
  if (work.length > 0) throw new Error(`work was left behind: ${work.join()}`);
}
