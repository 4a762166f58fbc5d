import { type DirEntry, type FileSystem, FsError, type Host } from "../../host/ports.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { CacheLayout } from "../layout.ts";
import { documentOf } from "./document.ts";
import { expectedIn } from "./expected.ts";
import { type EnvironmentRecord, readEnvironmentRecord } from "./record.ts";
import { DOCUMENT_NAME, giveUp } from "./whole.ts";

/** Looks at environments that are there, as far as a start or a fetch has time for it; `verify` looks at all. */
export class EnvironmentCare {
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: Pick<Host, "fs">,
  ) {}

  /** Whether another one could be made in its place. */
  mayMend(): boolean {
    return this.host.fs.mayWrite(this.layout.environments);
  }

  /** Whether anything was added to a directory of it, or taken away, since that was last said. */
  isTouched(key: string, folder: string): boolean {
    const { fs } = this.host;
    const path = this.layout.environment(key);
    const [top, inner] = [fs.lstat(path), fs.lstat(`${path}/${folder}`)];
    return top !== undefined && inner !== undefined && inner.mtimeMs > top.mtimeMs;
  }

  /** Whether there still are the places where its modules find and leave their bytecode. */
  hasBytecode(key: string): boolean {
    const { fs } = this.host;
    const units = documentOf(key, this.layout, fs)?.bytecode ?? [];
    return units.every(({ layer, root }) =>
      fs.lstat(this.layout.bytecodeUnit(layer, root)) !== undefined
    );
  }

  /** Layers of whose modules nothing is compiled, and whether this user could leave it there. */
  withoutBytecode(key: string): { layers: LayerDigest[]; mayWrite: boolean } {
    const { fs } = this.host;
    const units = documentOf(key, this.layout, fs)?.bytecode ?? [];
    const empty = units.filter(({ layer, root }) => {
      const path = this.layout.bytecodeUnit(layer, root);
      // Single modules have theirs in the environment, where layers meet.
      const hasPackages = entriesIn(path, fs).some(({ kind }) => kind === "directory");
      return hasPackages && !hasFile(path, fs, { left: MOST_LISTINGS });
    });
    const layers = new Set(empty.map(({ layer }) => layer));
    const mayWrite = empty.every(({ layer, root }) => {
      const path = this.layout.bytecodeUnit(layer, root);
      return fs.mayWrite(fs.lstat(path) === undefined ? this.layout.bytecode : path);
    });
    return { layers: [...layers], mayWrite };
  }

  /** What it was made of; undefined where that is not known here. Whether it is as it was is for `verify`. */
  record(key: string): EnvironmentRecord | undefined {
    const record = readEnvironmentRecord(key, this.layout, this.host);
    return typeof record === "string" ? undefined : record;
  }

  /** Paths that are gone from it. */
  lost(record: EnvironmentRecord): string[] {
    return lostFrom(record, this.layout, this.host.fs);
  }

  /** Names in one of its directories that it was not made with. */
  added(record: EnvironmentRecord, folder: string): string[] {
    const expected = expectedIn(record, { home: this.layout, cache: this.layout });
    const names = namesIn(`${this.layout.environment(record.key)}/${folder}`, this.host.fs);
    return names.filter((name) => !expected.has(`${folder}/${name}`)).toSorted();
  }

  /** The next one that is made takes its place. @throws FsError */
  giveUp(key: string): void {
    giveUp(this.layout.environment(key), this.host.fs);
  }
}

/**
 * What a look at directories alone tells: names that are gone from those that have changed since the environment
 * was made. What one directory should have is only put together where it has changed.
 */
function lostFrom(record: EnvironmentRecord, layout: CacheLayout, fs: FileSystem): string[] {
  const root = layout.environment(record.key);
  const madeAt = fs.lstat(`${root}/${DOCUMENT_NAME}`)?.mtimeMs ?? -Infinity;
  const changed = record.folders.filter(({ path }) => {
    const stat = fs.lstat(path === "" ? root : `${root}/${path}`);
    return stat === undefined || stat.mtimeMs > madeAt;
  });
  if (changed.length === 0) return [];
  const folders = new Set(changed.map(({ path }) => path));
  const there = new Map([...folders].map((path) => [path, namesIn(`${root}/${path}`, fs)]));
  return [...expectedIn(record, { home: layout, cache: layout }).keys()].filter((path) => {
    const slash = path.lastIndexOf("/");
    const names = there.get(path.slice(0, Math.max(0, slash)));
    return path !== "" && names !== undefined && !names.includes(path.slice(slash + 1));
  });
}

/** So many directories without a file: it is taken for one that has some. */
const MOST_LISTINGS = 500;

function hasFile(path: string, fs: Pick<FileSystem, "readDir">, budget: { left: number }): boolean {
  const entries = entriesIn(path, fs);
  if (budget.left-- <= 0 || entries.some(({ kind }) => kind !== "directory")) return true;
  return entries.some(({ name }) => hasFile(`${path}/${name}`, fs, budget));
}

function namesIn(path: string, fs: Pick<FileSystem, "readDir">): string[] {
  return entriesIn(path, fs).map(({ name }) => name);
}

function entriesIn(path: string, fs: Pick<FileSystem, "readDir">): DirEntry[] {
  try {
    return fs.readDir(path);
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}
