import type { Look as WholeLook } from "./look.ts";

type Look = Pick<WholeLook, "readDir" | "readText">;

/** A file of an import root that stands for code somewhere else. */
export interface OutsideLink {
  /** its name in the import root */
  readonly file: string;
  /** The directory that it leads to, where it says so. */
  readonly leadsTo: string | undefined;
}

/**
 * What `pip install -e` left in an import root: the code is in the directory where that was done, on another
 * machine, and not in the layer.
 *
 *     __editable__.shop-1.0.pth, _shop.pth      a line with a path
 *     __editable___shop_1_0_finder.py           paths in a dictionary, for the .pth that imports it
 *     shop.egg-link                             a path, of `setup.py develop`
 *
 * A `.pth` of any other name counts where it has an absolute path, or one that leads out of the layer.
 * @param place absolute
 * @param depth directories from the layer's top to `place`
 */
export function findOutsideLinks(place: string, depth: number, look: Look): OutsideLink[] {
  const names = look.readDir(place).filter(({ kind }) => kind === "file").map(({ name }) => name);
  const links: OutsideLink[] = [];
  for (const file of names.filter((name) => /\.(?:pth|egg-link)$/.test(name)).sort()) {
    const lines = look.readText(`${place}/${file}`).split(/\r?\n/).map((line) => line.trim());
    const outside = lines.find((line) => leadsOut(line, depth));
    if (outside !== undefined) links.push({ file, leadsTo: outside });
    else if (/editable/i.test(file) && lines.some((line) => /^import\s/.test(line))) {
      links.push({ file, leadsTo: pathInFinder(lines, names, place, look) });
    }
  }
  return links;
}

/** A line of a `.pth` that adds a directory (site module): neither a comment nor code. */
function leadsOut(line: string, depth: number): boolean {
  if (line === "" || line.startsWith("#") || /^import[ \t]/.test(line)) return false;
  if (line.startsWith("/")) return true;
  let level = depth;
  for (const part of line.split("/")) {
    if (part === "..") level--;
    else if (part !== "" && part !== ".") level++;
    if (level < 0) return true;
  }
  return false;
}

/** `import __editable___shop_1_0_finder; …` → the first path in that module. */
function pathInFinder(
  lines: readonly string[],
  names: readonly string[],
  place: string,
  look: Look,
): string | undefined {
  const finder = lines.map((line) => /^import\s+(\w+)/.exec(line)?.[1]).find(Boolean);
  if (finder === undefined || !names.includes(`${finder}.py`)) return undefined;
  return /["'](\/[^"'\n]+)["']/.exec(look.readText(`${place}/${finder}.py`))?.[1];
}
