/**
 * The platform tag of a layer, from the `Tag:` lines of the wheels in it (PEP 425, PEP 600): one wheel
 * runs wherever any of its tags fits, a layer only where all of its wheels do.
 */
export function layerPlatform(wheelFiles: readonly string[]): string {
  const needs = wheelFiles.map(wheelPlatform).filter((tag) => tag !== "any");
  return needs.sort(byStrictness).at(-1) ?? "any";
}

function wheelPlatform(text: string): string {
  const tags = [...text.matchAll(/^Tag: [^-\s]+-[^-\s]+-(\S+)/gm)].map(([, tag]) => tag!);
  return tags.sort(byStrictness)[0] ?? "any";
}

const LEGACY: Readonly<Record<string, number>> = { "1": 5, "2010": 12, "2014": 17 };

/** Needs a newer libc: comes later. */
function byStrictness(a: string, b: string): number {
  return libcMinor(a) - libcMinor(b);
}

function libcMinor(tag: string): number {
  if (tag === "any") return -1;
  const modern = /^(?:manylinux|musllinux)_\d+_(\d+)_/.exec(tag);
  if (modern !== null) return Number(modern[1]);
  return LEGACY[/^manylinux(1|2010|2014)_/.exec(tag)?.[1] ?? ""] ?? 0;
}
