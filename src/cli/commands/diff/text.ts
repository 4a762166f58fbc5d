import type { ReleaseDiff } from "../../../app/diff/diff.ts";
import { shortDigest } from "../../../model/digest.ts";
import type { Layer } from "../../../model/release.ts";
import { formatBytes } from "../../format.ts";

type Variant = ReleaseDiff["variants"][number];

/** A terminal's height; all of them are in the JSON. */
const MOST_FILES = 40;

/** For people: `+` is new, `-` is gone, `~` has changed. */
export function renderDiff({ from, to, variants }: ReleaseDiff): string {
  const name = ({ release: { app, version }, digest }: ReleaseDiff["from"]) =>
    `${app} ${version} (${shortDigest(digest)})`;
  const same = from.digest === to.digest ? ["the same release"] : [];
  const lines = [`${name(from)} → ${name(to)}`, ...same, ...variants.flatMap(renderVariant)];
  return lines.map((line) => `${line}\n`).join("");
}

function renderVariant({ tags, packages, added, removed, kept, files }: Variant): string[] {
  if (added.length === 0 && removed.length === 0) return [`${tags}: no layer changed`];
  const sum = `${added.length} layers to fetch, ${sumOf(added)}; ${kept} stay`;
  return [
    `${tags}: ${sum}`,
    ...packages.map(renderPackage),
    ...[...removed].filter(isOther).map((layer) => `  - ${layerText(layer)}`),
    ...[...added].filter(isOther).map((layer) => `  + ${layerText(layer)}`),
    ...(files ?? []).slice(0, MOST_FILES).map(renderFile),
    ...(files ?? []).length > MOST_FILES
      ? [`    … and ${files!.length - MOST_FILES} more files (--json has them all)`]
      : [],
  ];
}

/** Wheels are told as packages. */
function isOther({ wheel }: Layer): boolean {
  return wheel === undefined;
}

function renderPackage({ name, from, to }: Variant["packages"][number]): string {
  if (from === undefined) return `  + ${name} ${to}`;
  if (to === undefined) return `  - ${name} ${from}`;
  return from === to ? `  ~ ${name} ${to}, built anew` : `  ~ ${name} ${from} → ${to}`;
}

function layerText({ kind, sha256, size }: Layer): string {
  const bytes = size === undefined ? "" : `, ${formatBytes(size)}`;
  return `${kind ?? "layer"} sha256:${shortDigest(sha256)}…${bytes}`;
}

function renderFile({ path, from, to }: NonNullable<Variant["files"]>[number]): string {
  if (from === undefined) return `    + ${path}, ${formatBytes(to!)}`;
  if (to === undefined) return `    - ${path}, ${formatBytes(from)}`;
  return `    ~ ${path}, ${formatBytes(from)} → ${formatBytes(to)}`;
}

function sumOf(layers: readonly Layer[]): string {
  const known = layers.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const all = layers.every(({ size }) => size !== undefined);
  return `${all ? "" : "at least "}${formatBytes(known)}`;
}
