import { assertEquals } from "@std/assert";
import { findConflicts } from "../../../src/python/wheel/conflicts.ts";
import { download, filesIn, readPackages } from "../archives/pypi.ts";
import { command, output } from "../support/command.ts";
import { e2e, firstOf, needsProgram } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { compareWithPip, madeOf } from "./compare_with_pip.ts";
import { wheelOfAllSchemes } from "./wheel_installs.ts";

/** Headers, data and scripts in `.data`; scripts of many kinds; thousands of files. */
const UNUSUAL = [
  ...["greenlet==3.5.6", "jupyterlab-widgets==3.0.17", "notebook==7.6.5", "ruff==0.17.6"],
  ...["django==5.2.19", "numpy==2.4.6", "setuptools==84.2.1", "pip==26.3", "celery==5.7.0"],
];
const needsUnzip = await needsProgram("unzip", "-v");

e2e(
  "installWheel installs a wheel of every scheme as pip does",
  needsUnzip,
  () =>
    inTemp(async (directory) => {
      const wheel = await wheelOfAllSchemes(directory);
      const { recipes, differences } = await compareWithPip([wheel], directory);
      // The format has installers add +x for archives that were made on Windows, which pip does not; and pip
      // drops the options behind `#!python`.
      assertEquals(differences.toSorted(), [
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
