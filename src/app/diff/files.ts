import type { FileSystem } from "../../host/ports.ts";
import type { Tree } from "../start/trees.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import type { Context } from "../context.ts";

export interface FileDiff {
  readonly path: string;
  /** bytes; undefined: it is new */
  readonly from: number | undefined;
  /** bytes; undefined: it is gone */
  readonly to: number | undefined;
}

interface Found {
  /** on disk */
  readonly at: string;
  readonly size: number;
}

/** What a group of layers has, by path; where two have the same, the later one counts. */
export function filesOf(
  trees: readonly Tree[],
  fs: Pick<FileSystem, "readDir" | "lstat">,
): Map<string, Found> {
  const found = new Map<string, Found>();
  const walk = (root: string, prefix: string) => {
    for (const { name, kind } of fs.readDir(`${root}/${prefix}`)) {
      const path = `${prefix}${name}`;
      if (kind === "directory") walk(root, `${path}/`);
      else found.set(path, { at: `${root}/${path}`, size: fs.lstat(`${root}/${path}`)?.size ?? 0 });
    }
  };
  for (const { path } of trees) walk(path, "");
  return found;
}

/** In order of their paths; files are compared by their bytes, links by where they lead. */
export async function diffFiles(
  before: ReadonlyMap<string, Found>,
  after: ReadonlyMap<string, Found>,
  host: Pick<Context["host"], "fs" | "codecs">,
): Promise<FileDiff[]> {
  const newHasher = await host.codecs.sha256Factory();
  const identity = async ({ at, size }: Found) => {
    if (host.fs.lstat(at)?.kind === "symlink") return `-> ${host.fs.readLink(at)}`;
    const hash = newHasher();
    for await (const piece of host.fs.readPieces(at, size)) hash.update(piece);
    return hash.digestHex();
  };
  const changed: FileDiff[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [from, to] = [before.get(path), after.get(path)];
    const same = from !== undefined && to !== undefined && from.size === to.size &&
      await identity(from) === await identity(to);
    if (!same) changed.push({ path, from: from?.size, to: to?.size });
  }
  return changed;
}

const DIST_INFO = /(?:^|\/)([A-Za-z0-9._]+)-([^\/-]+)\.dist-info\/METADATA$/;

/** Name → version of the packages that are installed among files. */
export function installedAmong(paths: Iterable<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const [, name, version] = DIST_INFO.exec(path) ?? [];
    if (name !== undefined && version !== undefined) found.set(normalizeName(name), version);
  }
  return found;
}
