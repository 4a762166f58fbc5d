import { assertEquals, assertThrows } from "@std/assert";
import { denoFs } from "../../src/host/deno_fs.ts";
import { openLibcFs } from "../../src/host/libc_fs.ts";
import { FsError } from "../../src/host/ports.ts";
import { inTempDir } from "../support/temp.ts";

const TIME = { seconds: 1_700_000_001, nanoseconds: 999_999_999 };
/** `stat` of coreutils, as Deno cuts times to milliseconds. */
function modifiedOf(path: string): string {
  const { stdout } = new Deno.Command("stat", { args: ["-c", "%.9Y", path] }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

const KINDS = [
  ["libc", openLibcFs(denoFs), "1700000001.999999999"],
  // Deno passes on milliseconds; cut, as rounding would be the next second.
  ["Deno", denoFs, "1700000001.999"],
] as const;

for (const [kind, fs, expected] of KINDS) {
  Deno.test(`setModified of ${kind} sets the time of files and directories, to its precision`, () =>
    inTempDir((dir) => {
      const [whole, streamed, folder] = [`${dir}/whole`, `${dir}/streamed`, `${dir}/folder`];
      fs.writeNewFile(whole, new Uint8Array(3), 0o444, TIME);
      const file = fs.createFile(streamed, 0o444);
      file.write(new Uint8Array(3));
      file.setModified(TIME);
      file.close();
      fs.makeDir(folder);
      fs.chmod(folder, 0o555);
      fs.setModified(folder, TIME);
      for (const path of [whole, streamed, folder]) {
        assertEquals(modifiedOf(path).slice(0, expected.length), expected, path);
      }
      for (const seconds of [0, 2 ** 31, 2 ** 33 - 1]) {
        fs.setModified(whole, { seconds, nanoseconds: 0 });
        assertEquals(modifiedOf(whole), `${seconds}.000000000`);
      }
    }));

  Deno.test(`setModified of ${kind} follows no link, and fails nowhere`, () =>
    inTempDir((dir) => {
      fs.writeNewFile(`${dir}/target`, new Uint8Array(0), 0o444, { seconds: 5, nanoseconds: 0 });
      fs.makeSymlink("target", `${dir}/link`);
      fs.setModified(`${dir}/link`, TIME);
      assertEquals(modifiedOf(`${dir}/target`), "5.000000000");
      fs.setModified(`${dir}/absent`, TIME);
      const file = fs.createFile(`${dir}/closed`, 0o644);
      file.close();
      file.setModified(TIME);
      assertThrows(() => fs.writeNewFile(`${dir}/link`, new Uint8Array(0), 0o444, TIME), FsError);
    }));
}

Deno.test("setModified of libc gives a link its own time", () =>
  inTempDir((dir) => {
    const fs = openLibcFs(denoFs);
    fs.makeSymlink("absent", `${dir}/link`);
    fs.setModified(`${dir}/link`, TIME);
    assertEquals(modifiedOf(`${dir}/link`), "1700000001.999999999");
  }));
