import { type Sha256, tryParseSha256 } from "../model/digest.ts";
import type { FileSystem } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

export interface TreeInfo {
  readonly digest: Sha256;
  readonly path: string;
  /** sum of the sizes of all files, bytes */
  readonly bytes: number;
  readonly files: number;
  /** milliseconds since the epoch */
  readonly unpackedAt: number;
}

export function listTrees(layout: CacheLayout, fs: FileSystem): TreeInfo[] {
  if (fs.stat(layout.trees) === undefined) return [];
  const trees: TreeInfo[] = [];
  for (const entry of fs.readDir(layout.trees)) {
    const digest = tryParseSha256(entry.name);
    if (digest === undefined || entry.kind !== "directory") continue;
    const path = layout.tree(digest);
    const unpackedAt = fs.lstat(path)?.mtimeMs ?? 0;
    trees.push({ digest, path, unpackedAt, ...measure(path, fs) });
  }
  return trees.sort((a, b) => b.unpackedAt - a.unpackedAt);
}

/** Digests of the releases whose documents are in the cache. */
export function listReleases(layout: CacheLayout, fs: FileSystem): Sha256[] {
  if (fs.stat(layout.releases) === undefined) return [];
  return fs.readDir(layout.releases).flatMap((entry) =>
    tryParseSha256(entry.name.replace(/\.json$/, "")) ?? []
  );
}

function measure(path: string, fs: FileSystem): { bytes: number; files: number } {
  let bytes = 0;
  let files = 0;
  for (const entry of fs.readDir(path)) {
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
