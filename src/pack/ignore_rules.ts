import ignore, { type Ignore } from "ignore";

/** The text of a file of such rules, and where it lies. */
export interface RuleFile {
  /** The directory, relative to the source; "" for its top, and for what lies above it. */
  readonly directory: string;
  /** From the directory down to the source, where it lies above: `services/billing`. */
  readonly above?: string;
  readonly text: string;
}

/**
 * Which paths of a source are left out: by what is always left out, by `.gitignore` files from the top of the
 * repository down, and by `.edgebootignore` files. A file in a directory decides before those above it, and
 * within one directory the later one (gitignore(5)). Rules of one machine (`core.excludesFile`,
 * `.git/info/exclude`) count for nothing: another one would pack something else.
 */
export class IgnoreRules {
  readonly #levels: Level[];

  /** @param always what is left out where no file says anything else */
  constructor(always: readonly string[]) {
    this.#levels = [{ below: "", above: "", rules: rulesOf(always.join("\n")) }];
  }

  /**
   * To be called from the top down, as directories are entered. Rules from above that leave out the source
   * itself say nothing about what is in it: somebody has named it.
   */
  add({ directory, above, text }: RuleFile): void {
    const rules = rulesOf(text);
    if (above !== undefined && rules.test(`${above}/`).ignored) return;
    this.#levels.push({ below: withSlash(directory), above: withSlash(above ?? ""), rules });
  }

  /** @param path relative to the source; of a directory, whose content then need not be asked about */
  leavesOut(path: string, isDirectory: boolean): boolean {
    for (const { below, above, rules } of this.#levels.toReversed()) {
      if (!path.startsWith(below)) continue;
      const relative = `${above}${path.slice(below.length)}${isDirectory ? "/" : ""}`;
      const { ignored, unignored } = rules.test(relative);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

interface Level {
  /** What of a path is not known to it. */
  readonly below: string;
  /** What it has in front of a path. */
  readonly above: string;
  readonly rules: Ignore;
}

function withSlash(directory: string): string {
  return directory === "" ? "" : `${directory}/`;
}

/** `**` once more behind itself, or behind the first `/`: no more to git, and something else to the package. */
const REPEATED = /(?<=^!?|\/)(?:\*\*\/)+(?=\*\*(?:\/|\s*$))|(?<=^!?)\/(?=\*\*(?:\/|\s*$))/gm;

/** Directories at any depth: the package takes files for them, too. */
const ONLY_DIRECTORIES = /(?<=^!?|\/)\*\*\/(?=\s*$)/gm;

/** Letter case counts, whatever the file system of the machine that packs. */
function rulesOf(text: string): Ignore {
  const plain = text.replace(REPEATED, "").replace(ONLY_DIRECTORIES, "**/*/");
  return ignore({ ignorecase: false }).add(plain);
}
