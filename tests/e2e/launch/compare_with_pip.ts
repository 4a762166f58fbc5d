import { parseRecord } from "../../../src/python/wheel/record.ts";
import type { MadeFile, WheelRecipe } from "../../../src/python/wheel/recipe.ts";
import { installedByPip, recipeOf } from "./wheel_installs.ts";

/** All that pip leaves and edgeboot does not, or with another content; nothing else may differ. */
const OTHERS: readonly (readonly [path: RegExp, why: string])[] = [
  [/\.dist-info\/INSTALLER$/, "each says who it is"],
  [/\.dist-info\/RECORD$/, "its rows are compared below"],
  [/\.dist-info\/REQUESTED$/, "pip was told the project by a person"],
  [/\.dist-info\/direct_url\.json$/, "pip was told a path"],
  [/^pyvenv\.cfg$|^bin\/[Aa]ctivate[\w.]*$/, "of the environment"],
  [/^bin\/pip3\.\d+$/, "pip gives itself a name of the version"],
];

export interface ComparedWheels {
  readonly recipes: readonly WheelRecipe[];
  /** files that are the same in both */
  readonly equal: number;
  /** one line each; none is the goal */
  readonly differences: readonly string[];
}

/**
 * Installs wheels with pip into a virtual environment below `directory`, and compares it with what edgeboot
 * would put there: files, contents, executable bits, rows of RECORD.
 */
export async function compareWithPip(
  wheels: readonly string[],
  directory: string,
): Promise<ComparedWheels> {
  const venv = `${directory}/venv`;
  const theirs = await installedByPip(wheels, venv);
  const recipes: WheelRecipe[] = [];
  for (const wheel of wheels) recipes.push(await recipeOf(wheel, directory, venv));
  const ours = new Map(recipes.flatMap(({ files }) => files.map((file) => [file.target, file])));
  const isOther = (path: string) => OTHERS.some(([pattern]) => pattern.test(path));
  const generated = (path: string) =>
    ours.get(path)?.kind === "made" && isEntryPoint(path, recipes);
  const differences: string[] = [];
  let equal = 0;
  for (const [path, { sha256, executable }] of theirs) {
    const own = ours.get(path);
    if (own === undefined && !isOther(path)) differences.push(`only pip: ${path}`);
    if (own === undefined || isOther(path)) continue;
    const ownMode = own.kind === "made" ? own.executable : executable;
    if (ownMode !== executable) differences.push(`mode: ${path}`);
    if (own.sha256 !== sha256 && !generated(path)) differences.push(`content: ${path}`);
    else equal++;
  }
  differences.push(
    ...[...ours.keys()].filter((path) => !theirs.has(path)).map((path) => `only edgeboot: ${path}`),
  );
  for (const recipe of recipes) {
    const [own, rows] = [rowsOf(ownRecord(recipe)), rowsOf(theirRecord(recipe, venv))];
    if (own.join("\n") !== rows.join("\n")) differences.push(`RECORD: ${recipe.name.file}`);
  }
  return { recipes, equal, differences };
}

/** Scripts of entry points are each installer's own text. */
function isEntryPoint(path: string, recipes: readonly WheelRecipe[]): boolean {
  return path.startsWith("bin/") &&
    recipes.some(({ files }) =>
      files.some((file) =>
        file.kind === "made" && file.target === path &&
        new TextDecoder().decode(file.bytes).includes('if __name__ == "__main__":\n    sys.exit(')
      )
    );
}

/** A file that the wheel itself does not have. */
export function madeOf({ files }: WheelRecipe, target: string): MadeFile {
  return files.find((file): file is MadeFile => file.kind === "made" && file.target === target)!;
}

const recordPath = ({ files }: WheelRecipe) =>
  files.find(({ target }) => target.endsWith(".dist-info/RECORD"))!.target;

function ownRecord(recipe: WheelRecipe): string {
  return new TextDecoder().decode(madeOf(recipe, recordPath(recipe)).bytes);
}

function theirRecord(recipe: WheelRecipe, venv: string): string {
  return Deno.readTextFileSync(`${venv}/${recordPath(recipe)}`);
}

/** What both must say; digests of scripts and INSTALLER are those of other texts. */
function rowsOf(record: string): string[] {
  return parseRecord(record)!
    .filter(({ path }) => !/\/(?:REQUESTED|direct_url\.json|pip3\.\d+)$/.test(path))
    .map(({ path, hash, size }) =>
      /^\.\.\/\.\.\/\.\.\/bin\/|INSTALLER$/.test(path) ? path : `${path} ${hash} ${size}`
    ).sort();
}
