import { assertEquals } from "@std/assert";
import { COMPILE_PROGRAM } from "../../src/python/compile_program.ts";
import { output } from "../e2e/support/command.ts";
import { PYTHON } from "../e2e/support/python.ts";
import { inTempDir } from "../support/temp.ts";

const SUFFIX = `cpython-${PYTHON.tag.slice(2)}.pyc`;

/** Compiles `sources` into `bytecode` of a directory; returns how many files were. */
async function compile(dir: string, most = 2): Promise<number> {
  const places = JSON.stringify([[`${dir}/sources`, `${dir}/bytecode`]]);
  const args = ["-I", "-S", "-B", "-c", COMPILE_PROGRAM, String(most), places];
  return Number(await output(PYTHON.path, args));
}

function withSources(act: (dir: string) => Promise<void>): Promise<void> {
  return inTempDir(async (dir) => {
    const files = {
      ...{ "a.py": "A = 1\n", "pkg/__init__.py": "", "pkg/b.py": "B = 2\n" },
      ...{ "pkg/template.py": "{{ name }} = \n", "notes.txt": "no module" },
    };
    for (const [name, text] of Object.entries(files)) {
      const path = `${dir}/sources/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
      await Deno.utime(path, 1_700_000_000, 1_700_000_000);
    }
    await act(dir);
  });
}

const imported = (dir: string, name: string) => `${dir}/bytecode/${name}.${SUFFIX}`;

Deno.test("COMPILE_PROGRAM compiles every module that compiles, once, with one process or more", () =>
  withSources(async (dir) => {
    assertEquals(await compile(dir, 1), 3);
    const names = ["a", "pkg/__init__", "pkg/b"];
    for (const name of names) assertEquals(Deno.statSync(imported(dir, name)).isFile, true);
    assertEquals([...Deno.readDirSync(`${dir}/bytecode/pkg`)].length, 2, "and nothing half done");
    assertEquals(await compile(dir), 0);
    for (const name of names) Deno.removeSync(imported(dir, name));
    assertEquals(await compile(dir), 3);
  }));

const PASSED_OVER: readonly [
  what: string,
  change: (dir: string) => Promise<void>,
  again: number,
][] = [
  [
    "the source is younger",
    (dir) => Deno.utime(`${dir}/sources/a.py`, 1_800_000_000, 1_800_000_000),
    1,
  ],
  ["the source has another size", async (dir) => {
    await Deno.writeTextFile(`${dir}/sources/a.py`, "A = 11\n");
    await Deno.utime(`${dir}/sources/a.py`, 1_700_000_000, 1_700_000_000);
  }, 1],
  ["it is empty", (dir) => Deno.truncate(imported(dir, "a"), 0), 1],
  ["it is of another Python", (dir) => patch(imported(dir, "a"), 0, 0), 1],
  ["it is unchecked", (dir) => patch(imported(dir, "a"), 4, 1), 0],
  ["it is checked by hash", (dir) => patch(imported(dir, "a"), 4, 3), 1],
];

for (const [what, change, again] of PASSED_OVER) {
  Deno.test(`COMPILE_PROGRAM compiles ${again} of a module's bytecode anew when ${what}`, () =>
    withSources(async (dir) => {
      await compile(dir);
      await change(dir);
      assertEquals(await compile(dir), again);
    }));
}

/** Sets one byte of a file. */
async function patch(path: string, at: number, byte: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[at] = byte;
  await Deno.writeFile(path, bytes);
}
