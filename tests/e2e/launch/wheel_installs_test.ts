import { assertEquals } from "@std/assert";
import { findConflicts } from "../../../src/python/wheel/conflicts.ts";
import { parseRecord } from "../../../src/python/wheel/record.ts";
import type { MadeFile, WheelRecipe } from "../../../src/python/wheel/recipe.ts";
import { download, filesIn, readPackages } from "../archives/pypi.ts";
import { command, output } from "../support/command.ts";
import { e2e, firstOf, needsProgram } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { installedByPip, recipeOf, wheelOfAllSchemes } from "./wheel_installs.ts";

/** Headers, data and scripts in `.data`; scripts of many kinds; thousands of files. */
const UNUSUAL = [
  ...["greenlet==3.5.6", "jupyterlab-widgets==3.0.17", "notebook==7.6.5", "ruff==0.17.6"],
  ...["django==5.2.19", "numpy==2.4.6", "setuptools==84.2.1", "pip==26.3", "celery==5.7.0"],
];
const needsUnzip = await needsProgram("unzip", "-v");

/** All that pip leaves and edgeboot does not, or with another content; nothing else may differ. */
const OTHERS: readonly (readonly [path: RegExp, why: string])[] = [
  [/\.dist-info\/INSTALLER$/, "each says who it is"],
  [/\.dist-info\/RECORD$/, "its rows are compared below"],
  [/\.dist-info\/REQUESTED$/, "pip was told the project by a person"],
  [/\.dist-info\/direct_url\.json$/, "pip was told a path"],
  [/^pyvenv\.cfg$|^bin\/[Aa]ctivate[\w.]*$/, "of the environment"],
  [/^bin\/pip3\.\d+$/, "pip gives itself a name of the version"],
];

e2e(
  "installWheel installs a wheel of every scheme as pip does",
  needsUnzip,
  () =>
    inTemp(async (directory) => {
      const wheel = await wheelOfAllSchemes(directory);
      const { recipes, differences } = await compareWithPip([wheel], directory);
      // The format has installers add +x for archives that were made on Windows, which pip does not; and pip
      // drops the options behind `#!python`.
      assertEquals(differences.sort(), [
        ...[
          "content: bin/unbuffered",
          "mode: bin/shell",
          "mode: bin/unbuffered",
          "mode: bin/window",
        ],
      ]);
      assertEquals(recipes[0]!.warnings, []);
      for (const name of ["demo", "demo-window"]) {
        const script = madeOf(recipes[0]!, `bin/${name}`);
        await Deno.writeFile(`${directory}/venv/bin/${name}`, script.bytes);
        assertEquals(await output(`${directory}/venv/bin/${name}`, []), "demo\n");
      }
    }),
);

const real = await tryDownload();
e2e(
  "installWheel installs real wheels as pip does, and finds no conflict among them",
  firstOf(needsUnzip, real.missing),
  () =>
    inTemp(async (directory) => {
      const { recipes, equal, differences } = await compareWithPip(real.files!, directory);
      assertEquals(differences, []);
      assertEquals(recipes.length >= 30, true, `${recipes.length} wheels`);
      assertEquals(equal > 7000, true, `${equal} files`);
      const contributions = recipes.map(({ name, files }) => ({ name: name.file, files }));
      assertEquals(findConflicts(contributions), []);
      assertEquals(recipes.flatMap(({ warnings }) => warnings), []);
    }),
);

async function compareWithPip(wheels: readonly string[], directory: string) {
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
    assertEquals(rowsOf(ownRecord(recipe)), rowsOf(theirRecord(recipe, venv)));
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

function madeOf({ files }: WheelRecipe, target: string): MadeFile {
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

async function tryDownload(): Promise<{ files?: string[]; missing?: string }> {
  if (PYTHON.tag !== "cp311" || PYTHON.machine !== "x86_64") {
    return { missing: `the wheels are those of cp311 on x86_64, this is ${PYTHON.tag}` };
  }
  const gate = readPackages().filter(({ gate }) => gate.includes("wheel")).map(({ pin }) => pin);
  try {
    return {
      files: [
        ...filesIn(await download("wheel", gate)),
        ...filesIn(await download("wheel", UNUSUAL)),
      ],
    };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

async function inTemp(act: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "eb-wheels-" });
  try {
    await act(directory);
  } finally {
    await command("rm", ["-rf", directory]);
  }
}
