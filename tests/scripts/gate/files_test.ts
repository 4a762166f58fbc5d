import { assertEquals } from "@std/assert";
import { isStale, testFiles } from "../../../scripts/gate/files.ts";
import { inTempDir } from "../../support/temp.ts";

const write = (path: string, seconds: number) => {
  Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
  Deno.writeTextFileSync(path, "");
  Deno.utimeSync(path, seconds, seconds);
};

Deno.test("testFiles finds the tests of a directory, or the file that was named", () =>
  inTempDir((root) => {
    for (const name of ["b_test.ts", "deep/a_test.ts", "support.ts"]) write(`${root}/t/${name}`, 1);
    assertEquals(testFiles(root, "t"), ["t/b_test.ts", "t/deep/a_test.ts"]);
    assertEquals(testFiles(root, "t/b_test.ts"), ["t/b_test.ts"]);
  }));

Deno.test("isStale holds without an executable, and when a source is newer", () =>
  inTempDir((root) => {
    const sources = ["main.ts", "deno.json", "deno.lock", "src/a.ts", "scripts/compile.ts"];
    for (const name of [...sources, "scripts/compile/b.ts"]) write(`${root}/${name}`, 100);
    assertEquals(isStale(root, "dist/x"), true);
    write(`${root}/dist/x`, 200);
    assertEquals(isStale(root, "dist/x"), false);
    write(`${root}/src/a.ts`, 300);
    assertEquals(isStale(root, "dist/x"), true);
  }));
