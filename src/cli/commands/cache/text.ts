import type { CachedTree, Collected, Quarantined } from "../../../app/cache/cache.ts";
import { shortDigest } from "../../../model/digest.ts";
import { formatBytes, formatMinute } from "../../format.ts";

/** `cache list` for people. Digests are cut where a terminal of so many columns would break the lines. */
export function renderList(
  trees: readonly CachedTree[],
  quarantined: readonly Quarantined[],
  now: number,
  columns: number,
): string {
  const quarantine = quarantined.length === 0
    ? ""
    : `${quarantineSum(quarantined, now)}: \`edgeboot cache list --quarantine\`\n`;
  if (trees.length === 0) return `the cache is empty\n${quarantine}`;
  const rows = trees.map((tree) => [
    columns < WIDE ? shortDigest(tree.digest) : tree.digest,
    formatBytes(tree.bytes),
    String(tree.files),
    formatAge(now - tree.unpackedAt),
    formatMinute(tree.lastUsedAt),
    formatUsers(tree.hold, tree.pids),
    tree.usedBy.join(", ") || "-",
  ]);
  const head = ["DIGEST", "SIZE", "FILES", "AGE", "LAST USE (UTC)", "IN USE BY", "APPS"];
  const sum = trees.reduce((total, { bytes }) => total + bytes, 0);
  const count = trees.length === 1 ? "1 tree" : `${trees.length} trees`;
  return `${table([head, ...rows])}${count}, ${formatBytes(sum)}\n${quarantine}`;
}

/** A line with a whole digest and the name of an app. */
const WIDE = 140;

/** `cache list --quarantine` for people. */
export function renderQuarantine(quarantined: readonly Quarantined[], now: number): string {
  if (quarantined.length === 0) return "nothing is in quarantine\n";
  const rows = quarantined.map(({ kind, bytes, quarantinedAt, path }) => [
    ...[kind.toUpperCase(), formatBytes(bytes), `${formatAge(now - quarantinedAt)} ago`, path],
  ]);
  return `${table(rows)}${quarantineSum(quarantined, now)}\n`;
}

function quarantineSum(quarantined: readonly Quarantined[], now: number): string {
  const bytes = quarantined.reduce((sum, item) => sum + item.bytes, 0);
  const age = formatAge(now - (quarantined[0]?.quarantinedAt ?? now));
  return `${quarantined.length} in quarantine, ${formatBytes(bytes)}, the oldest for ${age}`;
}

const HOLDS: Readonly<Record<CachedTree["hold"], string>> = {
  "free": "-",
  "in-use": "other hosts or containers",
  "no-lease": "?",
  "no-locks": "?",
};

function formatUsers(hold: CachedTree["hold"], pids: readonly number[]): string {
  return pids.length > 0 ? pids.join(",") : HOLDS[hold];
}

const REMOVED: Readonly<Record<Collected["removed"][number]["reason"], string>> = {
  superseded: "no kept release needs it",
  unnamed: "no release names it, and it was not used for a day",
  age: "not used for long enough",
  size: "least recently used",
};

const KEPT: Readonly<Record<Collected["kept"][number]["reason"], string>> = {
  "in-use": "in use",
  "no-lease": "it has no lease, so nobody can tell whether it is in use",
  "no-locks": "its lease cannot be locked here, so nobody can tell whether it is in use",
  pinned: "pinned",
  kept: "needed",
  recent: "no release names it, but it was used in the last day",
  "within-limits": "within the limits",
};

/**
 * `cache gc` for people: one line a tree, and what it comes to. On a terminal that is too narrow for it, the
 * reason has a line of its own.
 */
export function renderCollected(collected: Collected, now: number, columns: number): string {
  const { dryRun, removed, kept, failed, leftovers } = collected;
  const line = (
    verb: string,
    tree: {
      digest: Collected["kept"][number]["digest"];
      bytes: number;
      lastUsedAt: number;
      apps: readonly string[];
    },
    why: string,
  ) => [
    verb,
    shortDigest(tree.digest),
    formatBytes(tree.bytes),
    `used ${formatAge(now - tree.lastUsedAt)} ago`,
    tree.apps.join(", ") || "-",
    why,
  ];
  const rows = [
    ...removed.map((tree) => line(dryRun ? "would remove" : "removed", tree, REMOVED[tree.reason])),
    ...failed.map((tree) => line("failed", tree, tree.why)),
    ...kept.map((tree) => line("kept", tree, keptWhy(tree))),
  ];
  const works = leftovers.works + leftovers.files;
  const tail = [
    `${dryRun ? "would free" : "freed"} ${formatBytes(collected.freedBytes)} in ${
      trees(removed.length)
    }, ` +
    `kept ${formatBytes(collected.keptBytes)} in ${trees(kept.length + failed.length)}`,
    ...(works === 0
      ? []
      : [`${dryRun ? "would remove" : "removed"} ${works} leftovers of killed processes`]),
    ...(collected.overBytes === 0
      ? []
      : [`${formatBytes(collected.overBytes)} more than asked for: all of it is in use or kept`]),
    ...untold(kept),
    ...quarantineLines(collected, now),
  ];
  return `${fitted(rows, columns)}${tail.join("\n")}\n`;
}

/** Nothing collects these on its own, so the reader learns how. */
function untold(kept: Collected["kept"]): string[] {
  const all = kept.filter(({ reason }) => reason === "no-locks" || reason === "no-lease");
  if (all.length === 0) return [];
  const bytes = all.reduce((sum, tree) => sum + tree.bytes, 0);
  return [
    `of ${trees(all.length)}, ${formatBytes(bytes)}, nobody can tell whether they are in use;`,
    "--unlocked-age 30d takes for unused what was not started for that long",
  ];
}

function quarantineLines(
  { quarantine: { removed, kept }, dryRun }: Collected,
  now: number,
): string[] {
  const bytes = removed.reduce((sum, item) => sum + item.bytes, 0);
  const verb = dryRun ? "would remove" : "removed";
  return [
    ...(removed.length === 0
      ? []
      : [`${verb} ${removed.length} from quarantine, ${formatBytes(bytes)}`]),
    ...(kept.length === 0
      ? []
      : [`${quarantineSum(kept, now)}: kept; --quarantine-age 0s removes all`]),
  ];
}

function fitted(rows: readonly (readonly string[])[], columns: number): string {
  const whole = table(rows);
  if (whole.split("\n").every((line) => line.length <= columns)) return whole;
  const lines = table(rows.map((row) => row.slice(0, -1))).trimEnd().split("\n");
  return rows.map((row, index) => `${lines[index]}\n  ${row.at(-1)}\n`).join("");
}

function keptWhy(tree: Collected["kept"][number]): string {
  if (tree.neededBy !== undefined) {
    return tree.reason === "pinned" ? tree.neededBy : `needed by ${tree.neededBy}`;
  }
  const pids = tree.pids.length === 0 ? "" : ` by ${tree.pids.join(",")}`;
  return `${KEPT[tree.reason]}${pids}`;
}

function trees(count: number): string {
  return count === 1 ? "1 tree" : `${count} trees`;
}

const UNITS: readonly (readonly [string, number])[] = [["d", 86_400], ["h", 3600], ["m", 60]];

/** `3d`, `5h`, `12m`, `40s`: the largest unit is enough. */
function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

function table(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd() + "\n"
  ).join("");
}
