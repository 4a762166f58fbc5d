import type { Packed } from "../../../app/pack/packed.ts";
import { formatEntryPoint } from "../../../model/entry_point.ts";
import { parseRelease, type Variant } from "../../../model/release.ts";
import { formatBytes } from "../../format.ts";

/** For people: what was packed, what it needs, and how to start it. */
export function renderPacked(packed: Packed): string {
  const { app, version, output, digest, text, checked } = packed;
  const release = parseRelease(text, "the release");
  const lines = [`packed     ${app} ${version}`, `release    sha256:${digest}`];
  for (const [name, entry] of release.entryPoints) {
    lines.push(`entry      ${[`${name}:`, formatEntryPoint(entry), ...entry.args].join(" ")}`);
  }
  for (const variant of release.variants) lines.push(...variantLines(variant));
  for (const { python, path } of checked) {
    lines.push(`checked    with ${python} (${path}): all entry points import`);
  }
  if (checked.length === 0) lines.push("checked    no: nothing was imported");
  lines.push(`start      edgeboot run --registry ${shellWord(output)} ${app}`);
  return `${lines.join("\n")}\n`;
}

/** A path as a POSIX shell takes it; most need nothing. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function variantLines(variant: Variant): string[] {
  const { pythonTag, abi, platform, layers, systemLibs, glibc } = variant;
  const sum = (sizes: (number | undefined)[]) =>
    sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
  const packed = formatBytes(sum(layers.map(({ size }) => size)));
  const unpacked = formatBytes(sum(layers.map(({ unpackedSize }) => unpackedSize)));
  const needs = [...(glibc === undefined ? [] : [`glibc ${glibc}`]), ...systemLibs];
  const count = `${layers.length} layer${layers.length === 1 ? "" : "s"}`;
  return [
    `variant    ${pythonTag}-${abi}-${platform}: ${count}, ${packed}, ${unpacked} unpacked`,
    ...(needs.length === 0 ? [] : [`  needs    ${needs.join(", ")}`]),
  ];
}
