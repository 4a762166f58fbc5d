import type { LayerDigest } from "../model/digest.ts";
import { tryParseLayerDigest } from "../model/digest.ts";
import type { Hasher } from "../host/ports.ts";

/** One thing in a tree as it was made. Paths are relative to the tree; the tree itself is ".". */
export type RecordEntry =
  | {
    readonly kind: "file";
    /** permission bits, 0o7777 */
    readonly mode: number;
    /** bytes */
    readonly size: number;
    readonly sha256: string;
  }
  | { readonly kind: "directory"; readonly mode: number }
  | { readonly kind: "symlink"; readonly target: string };

export type TreeRecord = ReadonlyMap<string, RecordEntry>;

const SCHEMA = "edgeboot.tree/v1";

/**
 * The record of a tree, JSON by lines: what it is of, one array for each entry, and at last the SHA-256 of
 * all lines before, so that damage to the record is told apart from damage to the tree.
 *
 *     {"schema":"edgeboot.tree/v1","tree":"<hex>"}
 *     ["d",".",365]  ["f","pkg/a.py",292,120,"<hex>"]  ["l","lib64","lib"]      kind, path, mode, …
 *     {"sha256":"<hex>"}
 */
export function formatTreeRecord(tree: LayerDigest, entries: TreeRecord, hash: Hasher): string {
  const lines = [JSON.stringify({ schema: SCHEMA, tree })];
  for (const [path, entry] of entries) lines.push(JSON.stringify(row(path, entry)));
  const body = lines.join("\n") + "\n";
  hash.update(new TextEncoder().encode(body));
  return `${body}${JSON.stringify({ sha256: hash.digestHex() })}\n`;
}

function row(path: string, entry: RecordEntry): unknown[] {
  switch (entry.kind) {
    case "file":
      return ["f", path, entry.mode, entry.size, entry.sha256];
    case "directory":
      return ["d", path, entry.mode];
    case "symlink":
      return ["l", path, entry.target];
  }
}

/** undefined where the record is not, byte for byte, what was written for this tree. */
export function parseTreeRecord(
  text: string,
  tree: LayerDigest,
  hash: Hasher,
): TreeRecord | undefined {
  const end = text.lastIndexOf("\n", text.length - 2) + 1;
  const body = text.slice(0, end);
  hash.update(new TextEncoder().encode(body));
  if (text.slice(end) !== `${JSON.stringify({ sha256: hash.digestHex() })}\n`) return undefined;
  const [head, ...lines] = body.trimEnd().split("\n");
  if (head !== JSON.stringify({ schema: SCHEMA, tree })) return undefined;
  const entries = new Map<string, RecordEntry>();
  for (const line of lines) {
    const read = readRow(JSON.parse(line));
    if (read === undefined) return undefined;
    entries.set(...read);
  }
  return entries;
}

function readRow(row: unknown): [string, RecordEntry] | undefined {
  if (!Array.isArray(row) || typeof row[1] !== "string") return undefined;
  const [kind, path, third, size, sha256] = row;
  if (kind === "l" && typeof third === "string") return [path, { kind: "symlink", target: third }];
  if (typeof third !== "number") return undefined;
  if (kind === "d") return [path, { kind: "directory", mode: third }];
  if (kind !== "f" || typeof size !== "number" || typeof sha256 !== "string") return undefined;
  if (tryParseLayerDigest(sha256) === undefined) return undefined;
  return [path, { kind: "file", mode: third, size, sha256 }];
}
