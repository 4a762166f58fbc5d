import { assert, assertEquals, assertThrows } from "@std/assert";
import { DryFs } from "../../../src/app/dry/dry_fs.ts";
import { denoFs } from "../../../src/host/deno_fs.ts";
import { type FileSystem, FsError } from "../../../src/host/ports.ts";
import { inTempDir, listing } from "../../support/temp.ts";

function test(behaviour: string, act: (fs: DryFs, dir: string) => void): void {
  Deno.test(`DryFs ${behaviour}`, () =>
    inTempDir((dir) => {
      Deno.mkdirSync(`${dir}/real`);
      Deno.writeTextFileSync(`${dir}/real/file`, "real");
      const before = listing(dir);
      act(new DryFs(denoFs, 7), dir);
      assertEquals(listing(dir), before, "nothing has changed");
      return Promise.resolve();
    }));
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("shows what was made, and writes nothing", (fs, dir) => {
  fs.makeDir(`${dir}/a/b/c`, { recursive: true });
  fs.writeNewFile(`${dir}/a/b/c/one`, bytes("1"), 0o600);
  const file = fs.createFile(`${dir}/a/two`, 0o644);
  file.write(bytes("2"));
  file.write(bytes("2"));
  file.close();
  assertEquals(fs.readText(`${dir}/a/two`), "22");
  assertEquals(fs.readDir(`${dir}/a`).map(({ name }) => name).sort(), ["b", "two"]);
  assertEquals(fs.readDir(dir).map(({ name }) => name).sort(), ["a", "real"]);
  const { kind, mode, size, uid } = fs.lstat(`${dir}/a/b/c/one`)!;
  assertEquals([kind, mode, size, uid], ["file", 0o600, 1, 7]);
  assertEquals(fs.stat(`${dir}/a/b/none`), undefined);
});

test("moves what was made with all that is in it", (fs, dir) => {
  fs.makeDir(`${dir}/work/inner`, { recursive: true });
  fs.writeNewFile(`${dir}/work/inner/file`, bytes("x"), 0o644);
  fs.rename(`${dir}/work`, `${dir}/real/tree`);
  assertEquals(fs.readText(`${dir}/real/tree/inner/file`), "x");
  assertEquals(fs.stat(`${dir}/work`), undefined);
  assertEquals(fs.readDir(`${dir}/real`).map(({ name }) => name).sort(), ["file", "tree"]);
});

test("shows what is there until it is removed", (fs, dir) => {
  assertEquals(fs.readText(`${dir}/real/file`), "real");
  fs.removeTree(`${dir}/real`);
  assertEquals(fs.lstat(`${dir}/real/file`), undefined);
  assertEquals(fs.readDir(dir), []);
  fs.makeDir(`${dir}/real`);
  assertEquals(fs.readDir(`${dir}/real`), []);
});

const REFUSED: [name: string, act: (fs: FileSystem, dir: string) => void, errno: string][] = [
  ["a directory that exists", (fs, dir) => fs.makeDir(`${dir}/real`), "EEXIST"],
  [
    "a file in no directory",
    (fs, dir) => fs.writeNewFile(`${dir}/no/x`, bytes(""), 0o644),
    "ENOENT",
  ],
  ["a file below a file", (fs, dir) => fs.makeDir(`${dir}/real/file/x`), "ENOTDIR"],
  ["removing what is not there", (fs, dir) => fs.remove(`${dir}/none`), "ENOENT"],
];

for (const [name, act, errno] of REFUSED) {
  test(`refuses ${name} as the kernel would`, (fs, dir) => {
    const error = assertThrows(() => act(fs, dir), FsError);
    assertEquals(error.errno, errno);
  });
}

Deno.test("DryFs refuses what the user may not write", () => {
  const closed = new DryFs({ ...denoFs, mayWrite: () => false }, 7);
  const error = assertThrows(() => closed.makeDir("/tmp/x-of-nobody"), FsError);
  assertEquals(error.errno, "EACCES");
  assert(!closed.mayWrite("/tmp"));
});
