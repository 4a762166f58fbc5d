import type { LayerDigest } from "../../model/digest.ts";
import { type FileKind, FsError, type Hasher } from "../../host/ports.ts";
import type { FileSystem, Host } from "../../host/ports.ts";
import { isLeftOpen } from "../tree_mode.ts";
import type { CacheLayout } from "../layout.ts";
import { parseTreeRecord, type RecordEntry, type TreeRecord } from "../tree_record.ts";

/** One difference between a tree and the record of it. */
export interface Damage {
  /** relative to the tree; "." is the tree itself */
  readonly path: string;
  readonly what: "content" | "mode" | "type" | "link" | "missing" | "extra" | "unreadable";
  readonly expected: string;
  readonly found: string;
}

type VerifierHost = Pick<Host, "fs" | "codecs">;

/**
 * The record of a tree: "none" where it was never written (a tree that an image or a volume provides),
 * "damaged" where it is not what was written.
 */
export async function readTreeRecord(
  digest: LayerDigest,
  layout: CacheLayout,
  { fs, codecs }: VerifierHost,
): Promise<TreeRecord | "none" | "damaged"> {
  const path = layout.record(digest);
  if (fs.lstat(path) === undefined) return "none";
  try {
    return parseTreeRecord(fs.readText(path), digest, await codecs.sha256()) ?? "damaged";
  } catch (error) {
    if (error instanceof FsError && error.errno === "ENOENT") return "none";
    return "damaged";
  }
}

/** Files read at the same time: enough to keep a disk busy while the main thread hashes. */
const IN_FLIGHT = 8;

/**
 * Compares what is below `root` with the record: every path, its kind, mode, size, link target and each
 * file's SHA-256; and whatever is there that the record does not know.
 */
export async function checkTree(
  root: string,
  entries: TreeRecord,
  { fs, codecs }: VerifierHost,
  onProgress: (bytes: number) => void,
): Promise<Damage[]> {
  const damage: Damage[] = [];
  const found = walk(root, fs, damage);
  for (const [path, kind] of found) {
    if (!entries.has(path)) damage.push({ path, what: "extra", expected: "nothing", found: kind });
  }
  const newHash = await codecs.sha256Factory();
  const queue = entries.entries();
  const worker = async () => {
    for (const [path, entry] of queue) {
      damage.push(...await checkEntry(root, path, entry, found.get(path), fs, newHash, onProgress));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return damage.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** All that is below a directory; what cannot be looked into is damage. @param isClosed directories to pass over */
export function walk(
  root: string,
  fs: FileSystem,
  damage: Damage[],
  isClosed: (path: string) => boolean = () => false,
): Map<string, FileKind> {
  const found = new Map<string, FileKind>([[".", "directory"]]);
  const pending = [""];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    try {
      for (const { name, kind } of fs.readDir(`${root}/${path}`)) {
        const child = path === "" ? name : `${path}/${name}`;
        found.set(child, kind);
        if (kind === "directory" && !isClosed(child)) pending.push(child);
      }
    } catch (error) {
      damage.push(unreadable(path === "" ? "." : path, error));
    }
  }
  return found;
}

async function checkEntry(
  root: string,
  path: string,
  entry: RecordEntry,
  found: FileKind | undefined,
  fs: FileSystem,
  newHash: () => Hasher,
  onProgress: (bytes: number) => void,
): Promise<Damage[]> {
  if (found === undefined) {
    return [{ path, what: "missing", expected: entry.kind, found: "nothing" }];
  }
  // Before anything is opened: a FIFO in place of a file would never answer.
  if (found !== entry.kind) return [{ path, what: "type", expected: entry.kind, found }];
  const damage: Damage[] = [];
  try {
    if (entry.kind === "symlink") {
      const target = fs.readLink(`${root}/${path}`);
      return target === entry.target
        ? []
        : [{ path, what: "link", expected: entry.target, found: target }];
    }
    const stat = fs.lstat(`${root}/${path}`);
    if (stat === undefined) {
      return [{ path, what: "missing", expected: entry.kind, found: "nothing" }];
    }
    if (stat.mode !== entry.mode && !(path === "." && isLeftOpen(stat))) {
      damage.push({ path, what: "mode", expected: octal(entry.mode), found: octal(stat.mode) });
    }
    if (entry.kind === "directory") return damage;
    const content = `${entry.size} bytes, sha256 ${entry.sha256}`;
    const sha256 = stat.size >= entry.size
      ? await hashFile(`${root}/${path}`, entry.size, fs, newHash(), onProgress)
      : "of another size";
    if (sha256 !== entry.sha256 || stat.size > entry.size) {
      const more = stat.size - entry.size;
      // As `cat corp-ca.pem >> cacert.pem` by root: whoever did it wants to know what becomes of it.
      const found = sha256 === entry.sha256
        ? `${more} bytes more behind the same content`
        : `${stat.size} bytes, sha256 ${more > 0 ? "of another size" : sha256}`;
      damage.push({ path, what: "content", expected: content, found });
    }
    return damage;
  } catch (error) {
    return [...damage, unreadable(path, error)];
  }
}

/** Of so many bytes from the start. */
async function hashFile(
  path: string,
  size: number,
  fs: FileSystem,
  hash: Hasher,
  onProgress: (bytes: number) => void,
): Promise<string> {
  let left = size;
  for await (const piece of fs.readPieces(path, size)) {
    hash.update(left < piece.length ? piece.subarray(0, left) : piece);
    left -= Math.min(left, piece.length);
    onProgress(piece.length);
  }
  return hash.digestHex();
}

/** The disk's own words as damage. @throws FsError where this process has no descriptors left */
export function unreadable(path: string, error: unknown): Damage {
  if (!(error instanceof FsError)) throw error;
  // This process has no descriptors left: no word on the tree.
  if (error.errno === "EMFILE") throw error;
  return { path, what: "unreadable", expected: "readable", found: error.message };
}

/** Permission bits as people write them. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
