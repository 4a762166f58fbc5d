import { formatRecord, parseRecord } from "../python/wheel/record.ts";

/**
 * What installers leave in a site-packages about one installation, and what no app imports: it differs from
 * machine to machine, and nothing that reads metadata needs it.
 */
export function isMachineOnly(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^_virtualenv\.(?:py|pth)$/.test(path)) return true;
  return MACHINE_NAMES.has(name) && /\.dist-info\/[^/]+$/.test(path);
}

const MACHINE_NAMES: ReadonlySet<string> = new Set([
  ...["INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"],
]);

/**
 * A RECORD of what is packed: without bytecode, scripts and what {@link isMachineOnly}, sorted. One that cannot be
 * read stays as it is.
 */
export function portableRecord(text: string): string {
  const rows = parseRecord(text);
  if (rows === undefined) return text;
  const kept = rows.filter(({ path }) =>
    !path.endsWith(".pyc") && !path.startsWith("../") && !path.startsWith("/") &&
    !isMachineOnly(path)
  );
  return formatRecord(kept.sort((a, b) => (a.path < b.path ? -1 : 1)));
}
