import type { Budget } from "../model/budget.ts";
import type { EntryHeader, EntryType } from "./entry.ts";
import { isInterpreterName } from "./interpreter.ts";
import { checkSymlinkTarget } from "./links.ts";
import { Meter } from "./meter.ts";
import { canonicalPath, fold, ROOT } from "./names.ts";
import { hostile, showName } from "./refuse.ts";
import type { RuleName } from "./rules.ts";

/** What to do with one entry. `parents` are directories to make first, outermost first. */
export type Step =
  /** The root, or one that the path of an earlier entry implied. */
  | { readonly action: "keep directory"; readonly path: string; readonly parents: readonly [] }
  | { readonly action: "leave out"; readonly path: string; readonly parents: readonly string[] }
  | {
    readonly action: "make directory";
    readonly path: string;
    readonly parents: readonly string[];
  }
  | {
    readonly action: "write file";
    readonly path: string;
    readonly parents: readonly string[];
    readonly executable: boolean;
  }
  | {
    readonly action: "make symlink";
    readonly path: string;
    readonly parents: readonly string[];
    readonly target: string;
  }
  | {
    readonly action: "make hardlink";
    readonly path: string;
    readonly parents: readonly string[];
    readonly existing: string;
  };

type Kind = "implied directory" | "directory" | "file" | "link" | "left out";

const NO_PARENTS = [] as const;

const SPECIAL: Partial<Record<EntryType, RuleName>> = {
  "character device": "device",
  "block device": "device",
  "fifo": "fifo",
  "socket": "socket",
};

/**
 * The one entry policy for tar and zip: judges entries in archive order, remembers every name, and
 * does no I/O. What it returns is safe to carry out below an empty directory: each parent is a
 * directory of this archive, each name is new, and no link leads out.
 */
export class EntryPolicy {
  readonly #kinds = new Map<string, Kind>([[ROOT, "implied directory"]]);
  /** Folded name → name, for the names that folding changes. */
  readonly #folded = new Map<string, string>();
  readonly #meter: Meter;
  #lastParent = ROOT;

  constructor(private readonly budget: Budget, packedBytes: number) {
    this.#meter = new Meter(budget, packedBytes);
  }

  get entries(): number {
    return this.#meter.entries;
  }

  /** @throws EdgebootError ARCHIVE_HOSTILE, BUDGET_EXCEEDED */
  judge(header: EntryHeader): Step {
    const { name, type } = header;
    const special = SPECIAL[type];
    if (special !== undefined) throw hostile(special, name);
    if (type !== "file" && header.size !== 0) throw hostile("size-without-content", name);
    checkMode(header);

    const path = canonicalPath(name, type === "directory", this.budget.pathBytes);
    this.#meter.entry(name, header.size);
    if (path === ROOT) {
      this.#claim(path, "directory", name);
      return { action: "keep directory", path, parents: NO_PARENTS };
    }
    const parents = this.#parentsToMake(path, name);
    switch (type) {
      case "directory":
        return this.#directory(path, parents, name);
      case "symlink":
        return this.#symlink(path, parents, header);
      case "hardlink":
        return this.#hardlink(path, parents, header);
      default:
        this.#claim(path, "file", name);
        return {
          action: "write file",
          path,
          parents,
          executable: ((header.mode ?? 0) & 0o111) !== 0,
        };
    }
  }

  #directory(path: string, parents: readonly string[], name: string): Step {
    const implied = this.#kinds.get(path) === "implied directory";
    this.#claim(path, "directory", name);
    if (implied) return { action: "keep directory", path, parents: NO_PARENTS };
    return { action: "make directory", path, parents };
  }

  #symlink(path: string, parents: readonly string[], header: EntryHeader): Step {
    const target = header.linkTarget ?? "";
    if (isInterpreterName(path)) {
      this.#claim(path, "left out", header.name);
      return { action: "leave out", path, parents };
    }
    checkSymlinkTarget(path, target, this.budget.pathBytes);
    this.#claim(path, "link", header.name);
    return { action: "make symlink", path, parents, target };
  }

  #hardlink(path: string, parents: readonly string[], header: EntryHeader): Step {
    const target = header.linkTarget ?? "";
    if (target === "") throw hostile("link-empty", header.name);
    const existing = this.#hardlinkTarget(target, header.name);
    const kind = this.#kinds.get(existing);
    if (kind === "left out") {
      this.#claim(path, "left out", header.name);
      return { action: "leave out", path, parents };
    }
    if (kind === "link") {
      throw hostile("link-through-link", header.name, `target ${showName(target)}`);
    }
    if (kind !== "file") {
      throw hostile("hardlink-unknown", header.name, `target ${showName(target)}`);
    }
    this.#claim(path, "file", header.name);
    return { action: "make hardlink", path, parents, existing };
  }

  /** A hard link's target is a name of the archive, so the rules for names hold for it. */
  #hardlinkTarget(target: string, name: string): string {
    if (target.startsWith("/") || target.split("/").includes("..")) {
      throw hostile("link-escapes", name, `target ${showName(target)}`);
    }
    const path = canonicalPath(target, false, this.budget.pathBytes);
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const kind = this.#kinds.get(path.slice(0, end));
      if (kind === "link") throw hostile("link-through-link", name, `target ${showName(target)}`);
    }
    return path;
  }

  /** Proves that every parent is a directory, and lists those that no entry named so far. */
  #parentsToMake(path: string, name: string): readonly string[] {
    const end = path.lastIndexOf("/");
    if (end < 0) return NO_PARENTS;
    const parent = path.slice(0, end);
    // Most entries follow a sibling; one comparison then stands for the walk below.
    if (parent === this.#lastParent) return NO_PARENTS;

    const missing: string[] = [];
    let levels = 1;
    for (let cut = end; cut > 0; cut = path.lastIndexOf("/", cut - 1), levels++) {
      const directory = path.slice(0, cut);
      const kind = this.#kinds.get(directory);
      if (kind === undefined) missing.push(directory);
      else refuseUnlessDirectory(kind, name, directory);
    }
    this.#meter.depth(name, levels - 1);
    missing.reverse();
    for (const directory of missing) {
      this.#meter.impliedDirectory(directory);
      this.#claim(directory, "implied directory", name);
    }
    this.#lastParent = parent;
    return missing;
  }

  #claim(path: string, kind: Kind, name: string): void {
    const before = this.#kinds.get(path);
    if (before !== undefined) {
      if (before === "implied directory" && kind === "directory") {
        this.#kinds.set(path, kind);
        return;
      }
      throw hostile(clash(before, kind), name);
    }
    const folded = fold(path);
    const twin = folded === path
      ? this.#folded.get(path)
      : this.#kinds.has(folded)
      ? folded
      : this.#folded.get(folded);
    if (twin !== undefined) throw hostile("entry-collides", name, `with ${showName(twin)}`);
    if (folded !== path) this.#folded.set(folded, path);
    this.#kinds.set(path, kind);
  }
}

/**
 * Modes never reach the disk (files become 0444 or 0555), so only what no honest archive has is
 * refused. Normalised without complaint: world-writable modes, which every zip from Windows and
 * every build under umask 0 has, and setgid or sticky on directories, which group-shared build
 * directories hand down.
 */
function checkMode({ name, type, mode }: EntryHeader): void {
  if (mode === undefined || mode <= 0o777 || type === "symlink") return;
  if ((mode & 0o4000) !== 0) throw hostile("mode-setuid", name);
  if (type === "directory") return;
  if ((mode & 0o2000) !== 0) throw hostile("mode-setgid", name);
  if ((mode & 0o1000) !== 0) throw hostile("mode-sticky", name);
}

function refuseUnlessDirectory(kind: Kind, name: string, parent: string): void {
  const detail = `${showName(parent)} is one`;
  if (kind === "link") throw hostile("path-through-link", name, detail);
  if (kind === "file") throw hostile("path-through-file", name, detail);
  if (kind === "left out") throw hostile("path-through-left-out", name, detail);
}

function clash(before: Kind, now: Kind): RuleName {
  const wasDirectory = before === "directory" || before === "implied directory";
  const isDirectory = now === "directory" || now === "implied directory";
  if (wasDirectory === isDirectory) return "entry-duplicate";
  return isDirectory ? "directory-over-entry" : "entry-over-directory";
}
