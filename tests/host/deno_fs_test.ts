import { assert, assertEquals } from "@std/assert";
import { denoFs } from "../../src/host/deno_fs.ts";
import { FsError } from "../../src/host/ports.ts";
import { inTempDir } from "../support/temp.ts";

function errnoOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.errno;
  }
  return "none";
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("denoFs throws FsError with the errno that decisions are made on", () =>
  inTempDir((dir) => {
    denoFs.writeNewFile(`${dir}/file`, bytes("x"), 0o644);
    denoFs.makeDir(`${dir}/full/inner`, { recursive: true });
    const table: [string, () => unknown][] = [
      ["ENOENT", () => denoFs.readText(`${dir}/absent`)],
      ["ENOENT", () => denoFs.openRead(`${dir}/absent`)],
      ["ENOENT", () => denoFs.createFile(`${dir}/absent/x`, 0o600)],
      ["ENOTDIR", () => denoFs.readText(`${dir}/file/x`)],
      ["ENOTDIR", () => denoFs.readDir(`${dir}/file`)],
      ["EISDIR", () => denoFs.readText(dir)],
      ["EEXIST", () => denoFs.createFile(`${dir}/file`, 0o600)],
      ["EEXIST", () => denoFs.writeNewFile(`${dir}/file`, bytes("y"), 0o600)],
      ["EEXIST", () => denoFs.makeDir(`${dir}/full`)],
      ["EEXIST", () => denoFs.makeSymlink("x", `${dir}/file`)],
      ["ENOTEMPTY", () => denoFs.remove(`${dir}/full`)],
      ["ENOTEMPTY", () => (denoFs.makeDir(`${dir}/d`), denoFs.rename(`${dir}/d`, `${dir}/full`))],
      ["ENAMETOOLONG", () => denoFs.makeDir(`${dir}/${"x".repeat(300)}`)],
      ["ELOOP", () => (denoFs.makeSymlink("l", `${dir}/l`), denoFs.readText(`${dir}/l`))],
      ["none", () => denoFs.makeDir(`${dir}/full/inner`, { recursive: true })],
    ];
    table.forEach(([errno, act], index) => assertEquals(errnoOf(act), errno, `row ${index + 1}`));
    assertEquals(denoFs.readText(`${dir}/file`), "x");
  }));

Deno.test("denoFs.stat and lstat give undefined when nothing is there", () =>
  inTempDir((dir) => {
    denoFs.writeNewFile(`${dir}/file`, bytes("abc"), 0o640);
    denoFs.makeSymlink("absent", `${dir}/dangling`);
    denoFs.makeSymlink("file", `${dir}/link`);
    for (const look of [denoFs.stat, denoFs.lstat]) {
      assertEquals(look(`${dir}/absent`), undefined);
      assertEquals(look(`${dir}/file/below`), undefined);
    }
    assertEquals(denoFs.stat(`${dir}/dangling`), undefined);
    assertEquals(denoFs.lstat(`${dir}/dangling`)?.kind, "symlink");
    const stat = denoFs.stat(`${dir}/link`)!;
    assertEquals([stat.kind, stat.size, stat.mode & 0o777], ["file", 3, 0o640]);
    assertEquals(stat.ino, denoFs.lstat(`${dir}/file`)!.ino);
  }));

Deno.test("denoFs creates no file through a symlink", () =>
  inTempDir((dir) => {
    denoFs.makeSymlink(`${dir}/target`, `${dir}/link`);
    assertEquals(errnoOf(() => denoFs.createFile(`${dir}/link`, 0o644)), "EEXIST");
    assertEquals(errnoOf(() => denoFs.writeNewFile(`${dir}/link`, bytes("x"), 0o644)), "EEXIST");
    assertEquals(denoFs.lstat(`${dir}/target`), undefined);
  }));

Deno.test("denoFs.openRead reads, seeks and closes twice", () =>
  inTempDir((dir) => {
    const file = denoFs.createFile(`${dir}/a`, 0o600);
    file.write(bytes("0123456789"));
    file.sync();
    file.close();
    file.close();
    assertEquals(errnoOf(() => file.write(bytes("x"))), "OTHER");
    const reader = denoFs.openRead(`${dir}/a`);
    const into = new Uint8Array(4);
    assertEquals([reader.size(), reader.read(into)], [10, 4]);
    reader.seek(8);
    assertEquals([reader.read(into), new TextDecoder().decode(into.subarray(0, 2))], [2, "89"]);
    assertEquals(reader.read(into), null);
    reader.close();
  }));

Deno.test("denoFs.removeTree removes read-only trees and follows no link", () =>
  inTempDir((dir) => {
    denoFs.makeDir(`${dir}/outside`);
    denoFs.writeNewFile(`${dir}/outside/kept`, bytes("x"), 0o444);
    denoFs.makeDir(`${dir}/tree/a/b`, { recursive: true });
    denoFs.writeNewFile(`${dir}/tree/a/b/file`, bytes("x"), 0o444);
    denoFs.makeSymlink(`${dir}/outside`, `${dir}/tree/a/link`);
    for (const path of ["tree/a/b", "tree/a", "tree"]) denoFs.chmod(`${dir}/${path}`, 0o555);
    denoFs.removeTree(`${dir}/tree`);
    denoFs.removeTree(`${dir}/tree`);
    assertEquals(denoFs.lstat(`${dir}/tree`), undefined);
    assertEquals(denoFs.readText(`${dir}/outside/kept`), "x");
  }));

Deno.test("denoFs syncs a directory and a file system", () =>
  inTempDir(async (dir) => {
    denoFs.syncDir(dir);
    await denoFs.syncFileSystem(dir);
    assertEquals(errnoOf(() => denoFs.syncDir(`${dir}/absent`)), "ENOENT");
    Deno.writeTextFileSync(`${dir}/file`, "");
    for (const [path, errno] of [["absent", "ENOENT"], ["file/inside", "ENOTDIR"]]) {
      const error = await denoFs.syncFileSystem(`${dir}/${path}`).catch((error) => error);
      assert(error instanceof FsError);
      assertEquals(error.errno, errno);
    }
  }));
