import type { FileStat, FileSystem, Hasher } from "../../host/ports.ts";
import { BYTECODE_NAME, type Expected, expectedIn } from "../environment/expected.ts";
import { type EnvironmentRecord, RECORD_NAME } from "../environment/record.ts";
import { DAMAGED_NAME, DOCUMENT_NAME } from "../environment/whole.ts";
import type { CacheLayout } from "../layout.ts";
import { type Damage, octal, unreadable, walk } from "./verifier.ts";

/** edgeboot's own documents in it; the record itself was read, and `edgeboot.json` is looked at alone. */
const OWN_NAMES: ReadonlySet<string> = new Set([RECORD_NAME, DOCUMENT_NAME, DAMAGED_NAME]);

/**
 * Compares an environment with its record: every directory, link and file, and whatever is there besides. What is
 * another name of a tree's file has that file's content, which the check of the tree looks at; where a
 * cache was copied, both are read. Bytecode is what Python itself checks when it imports.
 */
export function checkEnvironment(
  record: EnvironmentRecord,
  layout: CacheLayout,
  fs: FileSystem,
  newHash: () => Hasher,
): Damage[] {
  const root = layout.environment(record.key);
  const expected = expectedIn(record, { home: layout, cache: layout });
  const damage: Damage[] = [];
  const isOwn = (path: string) => OWN_NAMES.has(path) || isBytecode(path);
  const found = walk(root, fs, damage, isBytecode);
  if (!found.has(DOCUMENT_NAME) && !found.has(DAMAGED_NAME)) {
    damage.push({ path: DOCUMENT_NAME, what: "missing", expected: "file", found: "nothing" });
  }
  for (const [path, kind] of found) {
    if (path === "." || expected.has(path) || isOwn(path)) continue;
    damage.push({ path, what: "extra", expected: "nothing", found: kind });
  }
  for (const [path, entry] of expected) {
    try {
      damage.push(...checkEntry(path, entry, { root, layout, fs, newHash }));
    } catch (error) {
      damage.push(unreadable(path, error));
    }
  }
  return damage.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** In a `__pycache__`, or one that the record does not know: Python makes them wherever it imports from. */
function isBytecode(path: string): boolean {
  return path.split("/").includes(BYTECODE_NAME);
}

interface Checking {
  readonly root: string;
  readonly layout: CacheLayout;
  readonly fs: FileSystem;
  readonly newHash: () => Hasher;
}

function checkEntry(path: string, entry: Expected, checking: Checking): Damage[] {
  const { root, fs } = checking;
  const at = path === "" ? root : `${root}/${path}`;
  const stat = fs.lstat(at);
  const kind = entry.kind === "of-tree" ? "file" : entry.kind;
  if (stat === undefined) return [{ path, what: "missing", expected: kind, found: "nothing" }];
  if (entry.kind === "of-tree") return checkTwin(path, at, stat, entry, checking);
  if (stat.kind !== kind) return [{ path, what: "type", expected: kind, found: stat.kind }];
  if (entry.kind === "symlink") {
    const found = fs.readLink(at);
    if (found !== entry.target) return [{ path, what: "link", expected: entry.target, found }];
    // What bytecode is written into.
    const isLost = path.endsWith(BYTECODE_NAME) && fs.stat(at) === undefined;
    return isLost ? [{ path, what: "missing", expected: "directory", found: "nothing" }] : [];
  }
  const damage: Damage[] = [];
  if (stat.mode !== entry.mode && path !== "") {
    damage.push({ path, what: "mode", expected: octal(entry.mode), found: octal(stat.mode) });
  }
  if (entry.kind === "directory") return damage;
  const expected = `${entry.size} bytes, sha256 ${entry.sha256}`;
  const grown = entry.mayGrow && stat.size > entry.size;
  const found = described(at, grown ? entry : stat, checking);
  if (found !== expected) damage.push({ path, what: "content", expected, found });
  return damage;
}

function checkTwin(
  path: string,
  at: string,
  stat: FileStat,
  { layer, path: inside }: Extract<Expected, { kind: "of-tree" }>,
  checking: Checking,
): Damage[] {
  const { fs, layout } = checking;
  const original = `${layout.tree(layer)}/${inside}`;
  const other = fs.lstat(original);
  // The tree has lost it: its own check says so, and the environment goes with the tree.
  if (other === undefined || (stat.ino === other.ino && stat.dev === other.dev)) return [];
  const { kind } = other;
  if (stat.kind !== kind) return [{ path, what: "type", expected: kind, found: stat.kind }];
  const expected = kind === "symlink"
    ? fs.readLink(original)
    : described(original, other, checking);
  const found = kind === "symlink" ? fs.readLink(at) : described(at, stat, checking);
  if (found === expected) return [];
  return [{ path, what: kind === "symlink" ? "link" : "content", expected, found }];
}

/** So many bytes of a file. */
function described(
  path: string,
  { size }: Pick<FileStat, "size">,
  { fs, newHash }: Checking,
): string {
  const hash = newHash();
  hash.update(fs.readBytes(path).subarray(0, size));
  return `${size} bytes, sha256 ${hash.digestHex()}`;
}
