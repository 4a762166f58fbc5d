import { FsError } from "../../host/ports.ts";
import type { LayerDigest } from "../../model/digest.ts";
import { tryParseLayerDigest } from "../../model/digest.ts";
import type { TreeRecord } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";

type Looking = Pick<Context, "host" | "report" | "store">;

/**
 * Warns of an app that writes beside its own modules, as Django's default settings do with db.sqlite3, and of trees
 * that have lost something. Mode bits keep a user from it, but not root. A directory that has changed since
 * its environment was made shows it; the environment's own time then says that this was told, until it
 * happens again.
 */
export async function warnOfWrites(
  { appRoots, trees, path }: Environment,
  label: string,
  context: Looking,
): Promise<void> {
  if (path === undefined) return;
  const { host: { fs, clock }, report } = context;
  const madeAt = fs.lstat(path)?.mtimeMs ?? Infinity;
  // What an archive says of a time to come is no news.
  const isNews = (mtimeMs: number) => mtimeMs > madeAt && mtimeMs <= clock.now();
  const roots = trees.map(({ root }) => root);
  const changed = [...new Set([...roots, ...appRoots])].filter((place) => {
    const stat = fs.stat(place);
    return stat?.kind === "directory" && isNews(stat.mtimeMs);
  });
  if (changed.length === 0) return;
  for (const place of changed) {
    const tree = roots.find((root) => place === root || place.startsWith(`${root}/`))!;
    const { written, lost } = await differences(place, tree, isNews, context);
    const warn = (text: string) => report.event({ kind: "warning", text });
    if (written.length > 0) {
      warn(
        `${label} has written ${
          namesOf(written)
        } into ${place}, beside its own modules: what is there belongs ` +
          "to this release alone, and goes when it is collected. State belongs in a directory of its " +
          "own: `edgeboot help launch`",
      );
    }
    if (lost.length > 0) {
      warn(
        `${label}: ${place} has lost ${
          namesOf(lost)
        }: \`edgeboot verify ${label}\` moves what is damaged ` +
          "away, and the next start brings it again",
      );
    }
  }
  markSeen(path, context.host);
}

/** By what the tree was when it was unpacked; one that an image brought has no record of that. */
async function differences(
  place: string,
  tree: string,
  isNews: (mtimeMs: number) => boolean,
  { host: { fs }, store }: Looking,
): Promise<{ written: string[]; lost: string[] }> {
  const digest = tryParseLayerDigest(tree.slice(tree.lastIndexOf("/") + 1));
  const record = digest && await recordOf(digest, store);
  const inside = place === tree ? "" : `${place.slice(tree.length + 1)}/`;
  // Bytecode is no state: what root starts with PYTHONPATH and another Python leaves some, too.
  const there = fs.readDir(place).map(({ name }) => name).filter((name) => name !== "__pycache__");
  const written = there.filter((name) =>
    record !== undefined && !record.has(inside + name) ||
    isNews(fs.lstat(`${place}/${name}`)?.mtimeMs ?? 0)
  );
  const expected = [...record?.keys() ?? []].filter((path) =>
    path !== "." && !path.endsWith("__pycache__") && path.startsWith(inside) &&
    !path.slice(inside.length).includes("/")
  ).map((path) => path.slice(inside.length));
  return { written, lost: expected.filter((name) => !there.includes(name)) };
}

async function recordOf(
  digest: LayerDigest,
  store: Looking["store"],
): Promise<TreeRecord | undefined> {
  try {
    return await store.treeRecord(digest);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

const MOST_NAMES = 3;

/** The first few of some paths, in words. */
export function namesOf(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMES;
  return paths.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/**
 * From now on only what is newer is news: what was told once, and trees that came again after the environment
 * was made, into which nobody has written.
 */
export function markSeen(environment: string, { fs }: Pick<Context["host"], "fs">): void {
  try {
    fs.touch(environment);
  } catch (error) {
    // A read-only cache: it is told again.
    if (!(error instanceof FsError)) throw error;
  }
}
