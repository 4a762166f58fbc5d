import {
  type LayerDigest,
  type ReleaseDigest,
  tryParseLayerDigest,
  tryParseReleaseDigest,
} from "../../model/digest.ts";
import { type DirEntry, type FileSystem, FsError } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";

export interface Measured {
  /** sum of the sizes of all files, bytes */
  readonly bytes: number;
  readonly files: number;
}

export interface TreeInfo extends Measured {
  readonly digest: LayerDigest;
  readonly path: string;
  /** milliseconds since the epoch */
  readonly unpackedAt: number;
}

/** `known`: what need not be measured. */
export function listTrees(
  layout: CacheLayout,
  fs: FileSystem,
  known: ReadonlyMap<LayerDigest, Measured> = new Map(),
): TreeInfo[] {
  if (fs.stat(layout.trees) === undefined) return [];
  const trees: TreeInfo[] = [];
  for (const entry of fs.readDir(layout.trees)) {
    const digest = tryParseLayerDigest(entry.name);
    if (digest === undefined || entry.kind !== "directory") continue;
    const path = layout.tree(digest);
    const unpackedAt = fs.lstat(path)?.mtimeMs ?? 0;
    trees.push({ digest, path, unpackedAt, ...(known.get(digest) ?? measure(path, fs)) });
  }
  return trees.sort((a, b) => b.unpackedAt - a.unpackedAt);
}

/** Digests of all trees in the cache, sorted. */
export function treeDigests(layout: CacheLayout, fs: FileSystem): LayerDigest[] {
  if (fs.stat(layout.trees) === undefined) return [];
  return fs.readDir(layout.trees).flatMap(({ name }) => tryParseLayerDigest(name) ?? []).sort();
}

/** Digests of the releases whose documents are in the cache. */
export function listReleases(layout: CacheLayout, fs: FileSystem): ReleaseDigest[] {
  if (fs.stat(layout.releases) === undefined) return [];
  return fs.readDir(layout.releases).flatMap((entry) =>
    tryParseReleaseDigest(entry.name.replace(/\.json$/, "")) ?? []
  );
}

/** Of a tree that is collected meanwhile, what was still there. */
export function measure(path: string, fs: FileSystem): Measured {
  let bytes = 0;
  let files = 0;
  for (const entry of entriesOf(path, fs)) {
    const child = `${path}/${entry.name}`;
    if (entry.kind === "directory") {
      const inner = measure(child, fs);
      bytes += inner.bytes;
      files += inner.files;
    } else {
      bytes += fs.lstat(child)?.size ?? 0;
      files += 1;
    }
  }
  return { bytes, files };
}

function entriesOf(path: string, fs: FileSystem): DirEntry[] {
  try {
    return fs.readDir(path);
  } catch (error) {
    if (error instanceof FsError && error.errno === "ENOENT") return [];
    throw error;
  }
}

/** false also behind a directory that is closed to this user. */
export function isVisible(path: string, fs: Pick<FileSystem, "stat">): boolean {
  try {
    return fs.stat(path) !== undefined;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
