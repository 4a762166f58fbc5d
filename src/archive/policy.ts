import type { UnpackLimits } from "../model/unpack_limits.ts";
import type { EntryHeader, EntryType } from "./entry.ts";
import { isInterpreterName } from "./interpreter.ts";
import { checkSymlinkTarget } from "./links.ts";
import { Meter } from "./meter.ts";
import { canonicalPath, fold, ROOT } from "./names.ts";
import { hostile, showName } from "./refuse.ts";
import type { RuleName } from "./rules.ts";
import type { Step } from "./step.ts";

type Kind = "implied directory" | "directory" | "file" | "program" | "link" | "left out";

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
  /** What each link points to, a symlink as it has it, a hard link as a path of the archive. */
  readonly #targets = new Map<string, string>();
  readonly #meter: Meter;
  #lastParent = ROOT;
  #caseTwins = 0;

  constructor(private readonly limits: UnpackLimits, packedBytes: number) {
    this.#meter = new Meter(limits, packedBytes);
  }

  get entries(): number {
    return this.#meter.entries;
  }

  /** Names that differ from an earlier one by letter case only. */
  get caseTwins(): number {
    return this.#caseTwins;
  }

  /** @throws EdgebootError ARCHIVE_HOSTILE, BUDGET_EXCEEDED */
  judge(header: EntryHeader): Step {
    const { name, type } = header;
    const special = SPECIAL[type];
    if (special !== undefined) throw hostile(special, name);
    if (type !== "file" && header.size !== 0) throw hostile("size-without-content", name);
    checkMode(header);

    const path = canonicalPath(name, type === "directory", this.limits.pathBytes);
    this.#meter.entry(name, header.size);
    if (path === ROOT) {
      return this.#directory(path, NO_PARENTS, name);
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
        return this.#file(path, parents, header);
    }
  }

  #file(path: string, parents: readonly string[], { name, mode }: EntryHeader): Step {
    const executable = ((mode ?? 0) & 0o111) !== 0;
    const kind = executable ? "program" : "file";
    if (this.#kinds.get(path) === kind && !this.#targets.has(path)) {
      return { action: "compare file", path, parents: NO_PARENTS };
    }
    this.#claim(path, kind, name);
    return { action: "write file", path, parents, executable };
  }

  #directory(path: string, parents: readonly string[], name: string): Step {
    const before = this.#kinds.get(path);
    const isThere = before === "implied directory" || before === "directory";
    if (isThere) this.#kinds.set(path, "directory");
    else this.#claim(path, "directory", name);
    if (isThere) return { action: "keep directory", path, parents: NO_PARENTS };
    return { action: "make directory", path, parents };
  }

  #symlink(path: string, parents: readonly string[], header: EntryHeader): Step {
    return this.#linkTo(header.linkTarget ?? "", path, parents, header.name);
  }

  #linkTo(target: string, path: string, parents: readonly string[], name: string): Step {
    if (isInterpreterName(path)) {
      if (this.#kinds.get(path) === "left out") {
        return { action: "nothing", path, parents: NO_PARENTS };
      }
      this.#claim(path, "left out", name);
      return { action: "leave out", path, parents };
    }
    if (this.#kinds.get(path) === "link" && this.#targets.get(path) === target) {
      return { action: "nothing", path, parents: NO_PARENTS };
    }
    checkSymlinkTarget(path, target, this.limits.pathBytes);
    this.#claim(path, "link", name);
    this.#targets.set(path, target);
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
    // A second name of the link itself, as after `cp -al`: link(2) follows none, and neither do tar's readers.
    if (kind === "link") {
      return this.#linkTo(this.#targets.get(existing)!, path, parents, header.name);
    }
    if (kind !== "file" && kind !== "program") {
      throw hostile("hardlink-unknown", header.name, `target ${showName(target)}`);
    }
    if (
      existing !== path && this.#kinds.get(path) === kind && this.#targets.get(path) === existing
    ) {
      return { action: "nothing", path, parents: NO_PARENTS };
    }
    this.#claim(path, kind, header.name);
    this.#targets.set(path, existing);
    return { action: "make hardlink", path, parents, existing };
  }

  /** A hard link's target is a name of the archive, so the rules for names hold for it. */
  #hardlinkTarget(target: string, name: string): string {
    if (target.startsWith("/") || target.split("/").includes("..")) {
      throw hostile("link-escapes", name, `target ${showName(target)}`);
    }
    const path = canonicalPath(target, false, this.limits.pathBytes);
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
    if (before !== undefined) throw hostile(clash(before, kind), name);
    const folded = fold(path);
    const twin = folded === path
      ? this.#folded.get(path)
      : this.#kinds.has(folded)
      ? folded
      : this.#folded.get(folded);
    if (twin !== undefined) {
      // Packages for Linux have them, and no reader there takes one for the other. On a disk that does, a
      // link would lead astray (CVE-2021-21300); all else fails to be made twice.
      const isLink = kind === "link" || this.#kinds.get(twin) === "link";
      if (isLink || !differInCaseOnly(twin, path)) {
        throw hostile("entry-collides", name, `with ${showName(twin)}`);
      }
      this.#caseTwins++;
    } else if (folded !== path) this.#folded.set(folded, path);
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
  if (kind === "file" || kind === "program") throw hostile("path-through-file", name, detail);
  if (kind === "left out") throw hostile("path-through-left-out", name, detail);
}

function clash(before: Kind, now: Kind): RuleName {
  const wasDirectory = before === "directory" || before === "implied directory";
  const isDirectory = now === "directory" || now === "implied directory";
  if (wasDirectory === isDirectory) return "entry-duplicate";
  return isDirectory ? "directory-over-entry" : "entry-over-directory";
}

/** A Kelvin sign is no `K` in another case: what normalisation changes is judged by that. */
function differInCaseOnly(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase() && a.normalize("NFKC") === a &&
    b.normalize("NFKC") === b;
}
