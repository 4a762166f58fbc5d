import { assertEquals, assertThrows } from "@std/assert";
import { denoFs } from "../../src/host/deno_fs.ts";
import { hostFs } from "../../src/host/host_fs.ts";
import { libcLooks } from "../../src/host/libc_look.ts";
import { FsError } from "../../src/host/ports.ts";

/** What is asked about, made in a directory of its own. */
async function withFiles(test: (root: string) => void | Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/file`, "text\n", { mode: 0o640 });
    await Deno.writeTextFile(`${root}/bom`, "\ufeffé\n");
    await Deno.writeFile(`${root}/bytes`, new Uint8Array([0x61, 0xff, 0x62]));
    await Deno.writeTextFile(`${root}/large`, "0123456789abcdef".repeat(10_000));
    await Deno.writeTextFile(`${root}/empty`, "");
    await Deno.mkdir(`${root}/directory/below`, { recursive: true });
    await Deno.symlink("file", `${root}/link`);
    await Deno.symlink("nowhere", `${root}/dangling`);
    await Deno.symlink("loop", `${root}/loop`);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const NAMES = [
  "",
  "/file",
  "/bom",
  "/bytes",
  "/large",
  "/empty",
  "/directory",
  "/link",
  "/dangling",
]
  .concat(["/loop", "/absent", "/absent/below", "/file/below", "/nul\0", `/${"x".repeat(300)}`]);

/** What a look gives, or how it fails. */
function outcome(look: () => unknown): unknown {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return { errno: error.errno, operation: error.operation, path: error.path };
  }
}

for (const call of ["stat", "lstat", "readText"] as const) {
  Deno.test(`hostFs.${call} answers and fails as Deno does`, () =>
    withFiles((root) => {
      for (const name of NAMES) {
        const path = `${root}${name}`;
        assertEquals(outcome(() => hostFs[call](path)), outcome(() => denoFs[call](path)), name);
      }
    }));
}

Deno.test("hostFs.readDir answers and fails as Deno does", () =>
  withFiles((root) => {
    for (const name of NAMES) {
      const list = (fs: typeof hostFs) => () =>
        fs.readDir(`${root}${name}`).toSorted((a, b) => a.name < b.name ? -1 : 1);
      assertEquals(outcome(list(hostFs)), outcome(list(denoFs)), name);
    }
  }));

Deno.test("hostFs.readDir lists more than one piece of a directory", () =>
  withFiles((root) => {
    const names = Array.from({ length: 1_500 }, (_, n) => `${n}`.padStart(100, "0"));
    for (const name of names) Deno.writeTextFileSync(`${root}/directory/below/${name}`, "");
    const found = hostFs.readDir(`${root}/directory/below`).map(({ name }) => name).sort();
    assertEquals(found, names);
  }));

Deno.test({
  name: "libcLooks gives the usual answers without asking anybody else",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFiles((root) => {
      const looks = libcLooks((path) => {
        throw new Error(`asked about ${path}`);
      });
      assertEquals(looks.stat(`${root}/link`)?.kind, "file");
      assertEquals(looks.lstat(`${root}/link`)?.kind, "symlink");
      assertEquals(looks.stat(`${root}/absent`), undefined);
      assertEquals(looks.lstat(`${root}/file/below`), undefined);
      assertEquals(looks.readText(`${root}/file`), "text\n");
      assertEquals(looks.readDir(`${root}/directory`), [{ name: "below", kind: "directory" }]);
      assertThrows(() => looks.readText(`${root}/absent`), Error, "asked about");
    }),
});
