import type { FileSystem } from "../../host/ports.ts";
import type { LayerDigest } from "../../model/digest.ts";
import { treesNamedIn } from "../layout.ts";
import type { StoredEnvironment } from "./environments.ts";

/**
 * The processes that name a tree, or a virtual environment made of it, in their variables or have a file of one
 * mapped, by tree. A second net below the leases, for what is no Python and closes all descriptors it
 * inherits. Sees this PID namespace and what this user may read, no more; paths may differ between
 * containers, so the digest alone counts.
 */
export function processesByTree(
  environments: readonly StoredEnvironment[],
  fs: Pick<FileSystem, "readDir" | "readText">,
  self: number,
): Map<LayerDigest, number[]> {
  const found = new Map<LayerDigest, number[]>();
  for (const pid of processIds(fs)) {
    if (pid === self) continue;
    const text = ["environ", "maps"].map((name) => readQuietly(`/proc/${pid}/${name}`, fs)).join(
      "\n",
    );
    const inside = environments.filter(({ key }) => text.includes(key));
    const trees = [...treesNamedIn(text), ...inside.flatMap(({ layers }) => layers ?? [])];
    for (const digest of new Set(trees)) {
      found.set(digest, [...found.get(digest) ?? [], pid]);
    }
  }
  return found;
}

function processIds(fs: Pick<FileSystem, "readDir">): number[] {
  try {
    return fs.readDir("/proc").map(({ name }) => Number(name)).filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

/** Another user's, or gone meanwhile. */
function readQuietly(path: string, fs: Pick<FileSystem, "readText">): string {
  try {
    return fs.readText(path);
  } catch {
    return "";
  }
}
