import type { FileSystem } from "../../host/ports.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import type { Mount, Origin } from "./merge.ts";
import { joined } from "./paths.ts";

type Look = Pick<FileSystem, "stat" | "readDir" | "readText">;

/**
 * Two layers may bring the same distribution, most often in two versions. The first one counts, and all of
 * it: without this the files that only the other one has would be imported as if they were its own.
 */
export function withoutSuperseded(origins: readonly Origin[], fs: Look): Origin[] {
  const known = new Map<string, Origin>();
  return origins.map((origin) => {
    if (origin.kind === "wheel") {
      if (known.has(origin.project)) return { ...origin, folders: new Map() };
      known.set(origin.project, origin);
      return origin;
    }
    return origin.importable ? withoutKnown(origin, known, fs) : origin;
  });
}

function withoutKnown(mount: Mount, known: Map<string, Origin>, fs: Look): Mount {
  const dropped = new Set(mount.without);
  const path = joined(mount.tree, mount.from);
  for (const { name, kind } of fs.readDir(path)) {
    const project = kind === "directory" ? projectOf(name) : undefined;
    if (project === undefined) continue;
    const first = known.get(project);
    if (first === undefined) known.set(project, mount);
    else if (first !== mount) { for (const file of filesOf(name, path, fs)) dropped.add(file); }
  }
  return dropped.size === mount.without.size ? mount : { ...mount, without: dropped };
}

/** `Foo_Bar-1.0.dist-info` is `foo-bar` (names as PEP 503 compares them). */
function projectOf(name: string): string | undefined {
  const project = /^(.+?)(?:-[^-]+)?\.(?:dist|egg)-info$/.exec(name)?.[1];
  return project && normalizeName(project);
}

/** What RECORD lists; where there is none, its own directory goes, and the rest is merged. */
function* filesOf(info: string, path: string, fs: Look): Generator<string> {
  yield info;
  const record = `${path}/${info}/RECORD`;
  if (fs.stat(record)?.kind !== "file") return;
  for (const line of fs.readText(record).split("\n")) {
    // A path with a comma or a quote in it is written in quotes (RFC 4180).
    const file = line.startsWith('"')
      ? line.slice(1, line.indexOf('",')).replaceAll('""', '"')
      : line.split(",", 1)[0]!;
    if (file !== "" && !file.startsWith("../")) yield file;
  }
}
