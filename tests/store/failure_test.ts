import { assertEquals } from "@std/assert";
import { EdgebootError } from "../../src/model/errors.ts";
import { type Errno, FsError } from "../../src/host/ports.ts";
import { cacheFailure } from "../../src/store/failure.ts";

const TABLE: [errno: Errno, code: string, exit: number][] = [
  ["ENOSPC", "DISK_FULL", 74],
  ["EDQUOT", "DISK_FULL", 74],
  ["EIO", "IO", 74],
  ["EMFILE", "IO", 74],
  ["OTHER", "IO", 74],
  ["EACCES", "CACHE_UNWRITABLE", 73],
  ["EPERM", "CACHE_UNWRITABLE", 73],
  ["EROFS", "CACHE_UNWRITABLE", 73],
  ["ENOENT", "CACHE_UNWRITABLE", 73],
  ["ENOTDIR", "CACHE_UNWRITABLE", 73],
];

for (const [errno, code, exit] of TABLE) {
  Deno.test(`cacheFailure makes ${code} (${exit}) of ${errno} and names the cache`, () => {
    const cause = new FsError(errno, "write", "/c/work/x", new Error("words of the kernel"));
    const error = cacheFailure(cause, "/c");
    if (!(error instanceof EdgebootError)) throw error;
    assertEquals([error.code, error.exitCode, error.cause], [code, exit, cause]);
    assertEquals(error.facts, { cache: "/c", path: "/c/work/x" });
  });
}

Deno.test("cacheFailure returns anything else as it came", () => {
  const error = new TypeError("x");
  assertEquals(cacheFailure(error, "/c"), error);
});
