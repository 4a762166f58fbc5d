import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { type FileSystem, FsError } from "../../src/host/ports.ts";
import { output } from "../e2e/support/command.ts";
import { inTempDir } from "../support/temp.ts";

export type Looks = Pick<
  FileSystem,
  "stat" | "lstat" | "readDir" | "readText" | "readOwned" | "openRead"
>;

/** The errno of a call that fails, or "none". */
export function errnoOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.errno;
  }
  return "none";
}

/** What everybody may rely on who looks; `open` gives a directory with these files, text by path. */
export function testLooks(
  name: string,
  open: (dir: string, files: Readonly<Record<string, string>>) => Looks,
): void {
  const files = { "a/b": "text\n", "empty": "", "bom": "\ufeffé" };
  const test = (behaviour: string, act: (fs: Looks, dir: string) => void) =>
    Deno.test(`${name} ${behaviour}`, () => inTempDir((dir) => act(open(dir, files), dir)));

  test("says what is there, and undefined for what is not", (fs, dir) => {
    for (const look of [fs.stat, fs.lstat].map((call) => call.bind(fs))) {
      assertEquals([look(`${dir}/a`)?.kind, look(`${dir}/a/b`)?.kind], ["directory", "file"]);
      assertEquals(look(`${dir}/a/b`)?.size, 5);
      assertEquals(look(`${dir}/absent`), undefined);
      assertEquals(look(`${dir}/absent/below`), undefined);
    }
    assertEquals(fs.readDir(dir).map(({ name }) => name).sort(), ["a", "bom", "empty"]);
    assertEquals(fs.readDir(`${dir}/a`), [{ name: "b", kind: "file" }]);
  });

  test("reads texts as they are, with the file that was opened", (fs, dir) => {
    for (const [path, text] of Object.entries(files)) {
      assertEquals(fs.readText(`${dir}/${path}`), text);
      const read = fs.readOwned(`${dir}/${path}`);
      assertEquals([read.text, read.stat], [text, fs.stat(`${dir}/${path}`)!]);
    }
    const file = fs.openRead(`${dir}/a/b`);
    const buffer = new Uint8Array(16);
    file.seek(2);
    assertEquals([file.size(), file.read(buffer), file.read(buffer)], [5, 3, null]);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, 3)), "xt\n");
    file.close();
    file.close();
  });

  test("fails with ENOENT for what is not there", (fs, dir) => {
    for (const call of [fs.readText, fs.readOwned, fs.openRead, fs.readDir]) {
      assertEquals(
        errnoOf(() => (call as (path: string) => unknown).call(fs, `${dir}/x`)),
        "ENOENT",
      );
    }
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** What everybody may rely on who makes things; the directory that is given is empty. */
export function testFileSystem(name: string, open: () => FileSystem): void {
  testLooks(name, (dir, files) => {
    const fs = open();
    for (const [path, text] of Object.entries(files)) {
      const parent = `${dir}/${path}`.replace(/\/[^/]*$/, "");
      fs.makeDir(parent, { recursive: true });
      fs.writeNewFile(`${dir}/${path}`, bytes(text), 0o640);
    }
    return fs;
  });
  const test = (behaviour: string, act: (fs: FileSystem, dir: string) => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, () => inTempDir((dir) => act(open(), dir)));

  test("makes nothing over what is there", (fs, dir) => {
    fs.writeNewFile(`${dir}/file`, bytes("x"), 0o644);
    fs.makeDir(`${dir}/full/inner`, { recursive: true });
    const table: [string, () => unknown][] = [
      ["ENOENT", () => fs.createFile(`${dir}/absent/x`, 0o600)],
      ["EEXIST", () => fs.createFile(`${dir}/file`, 0o600)],
      ["EEXIST", () => fs.writeNewFile(`${dir}/file`, bytes("y"), 0o600)],
      ["EEXIST", () => fs.makeDir(`${dir}/full`)],
      ["EEXIST", () => fs.makeSymlink("x", `${dir}/file`)],
      ["none", () => fs.makeDir(`${dir}/full/inner`, { recursive: true })],
      ["ENOENT", () => fs.remove(`${dir}/absent`)],
      ["none", () => fs.removeTree(`${dir}/absent`)],
    ];
    table.forEach(([errno, act], row) => assertEquals(errnoOf(act), errno, `row ${row + 1}`));
    assertEquals(fs.readText(`${dir}/file`), "x");
  });

  test("writes, renames and removes", (fs, dir) => {
    fs.makeDir(`${dir}/work`);
    const file = fs.createFile(`${dir}/work/a`, 0o600);
    file.write(bytes("one "));
    file.write(bytes("two"));
    file.sync();
    file.close();
    const more = fs.openAppend(`${dir}/work/a`);
    more.write(bytes(" three"));
    more.close();
    fs.makeSymlink("a", `${dir}/work/link`);
    fs.chmod(`${dir}/work/a`, 0o444);
    fs.rename(`${dir}/work`, `${dir}/tree`);
    fs.syncDir(dir);
    assertEquals(fs.lstat(`${dir}/work`), undefined);
    assertEquals(fs.readText(`${dir}/tree/a`), "one two three");
    assertEquals(fs.lstat(`${dir}/tree/a`)!.mode, 0o444);
    assertEquals(fs.readLink(`${dir}/tree/link`), "a");
    assertEquals(fs.lstat(`${dir}/tree/link`)!.kind, "symlink");
    fs.removeTree(`${dir}/tree`);
    assertEquals(fs.readDir(dir), []);
  });

  test("reads no pipe and no directory as a file, and never waits for one", async (fs, dir) => {
    await output("mkfifo", [`${dir}/pipe`]);
    for (const call of [fs.readText, fs.readBytes, fs.readOwned, fs.openRead]) {
      const read = (path: string) => (call as (path: string) => unknown).call(fs, path);
      const error = assertThrows(() => read(`${dir}/pipe`), FsError);
      assertStringIncludes(error.message, "no regular file");
      assertEquals(errnoOf(() => read(dir)), "EISDIR");
    }
  });

  test("waits for no pipe in place of a directory, or of a file that grows", async (fs, dir) => {
    await output("mkfifo", [`${dir}/pipe`]);
    assertEquals(errnoOf(() => fs.readDir(`${dir}/pipe`)), "ENOTDIR");
    assertThrows(() => fs.openAppend(`${dir}/pipe`), FsError);
    await assertRejects(() => Array.fromAsync(fs.readPieces(`${dir}/pipe`, 1)), FsError);
  });

  test("reads to a limit", async (fs, dir) => {
    await Deno.writeTextFile(`${dir}/file`, "x".repeat(100_000));
    for (const call of [fs.readText, fs.readBytes, fs.readOwned]) {
      const read = (most: number) =>
        (call as (path: string, most: number) => unknown).call(fs, `${dir}/file`, most);
      read(100_000);
      assertThrows(() => read(99_999), FsError, "99999 bytes");
    }
  });

  test("says who owns what is there, and whether it may be written", async (fs, dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    const { uid, gid } = Deno.statSync(`${dir}/file`);
    const { stat } = fs.readOwned(`${dir}/file`);
    assertEquals([stat.uid, stat.gid, fs.stat(`${dir}/file`)?.gid], [uid, gid, gid]);
    assert(fs.mayWrite(dir) && !fs.mayWrite(`${dir}/absent`));
  });
}
