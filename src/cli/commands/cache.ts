import { type CachedTree, cachePath, listCache } from "../../app/cache.ts";
import { parseSha256 } from "../../model/digest.ts";
import { type BootAction, DONE } from "../action.ts";
import type { Invocation } from "../cli.ts";
import { usage } from "../flags.ts";
import { formatBytes } from "../format.ts";
import { openContext, readSettings } from "../session.ts";

export async function cacheCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [verb, ...rest] = flags.rest;
  const context = openContext(config, logger, host);
  const json = flags.values.has("json");
  if (verb === "list" && rest.length === 0) {
    const trees = listCache(context);
    host.output.stdout(json ? `${JSON.stringify(trees, undefined, 2)}\n` : render(trees));
    return DONE;
  }
  if (verb === "path" && rest.length <= 1) {
    const path = cachePath(rest[0] === undefined ? undefined : parseSha256(rest[0]), context);
    host.output.stdout(json ? `${JSON.stringify({ path })}\n` : `${path}\n`);
    return DONE;
  }
  throw usage({ command: "cache" }, "it is either `cache list` or `cache path [DIGEST]`");
}

function render(trees: readonly CachedTree[]): string {
  if (trees.length === 0) return "the cache is empty\n";
  const rows = trees.map((tree) => [
    tree.digest,
    formatBytes(tree.bytes),
    String(tree.files),
    new Date(tree.unpackedAt).toISOString().slice(0, 16).replace("T", " "),
    tree.usedBy.join(", ") || "-",
  ]);
  return table([["DIGEST", "SIZE", "FILES", "UNPACKED (UTC)", "USED BY"], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd() + "\n"
  ).join("");
}
