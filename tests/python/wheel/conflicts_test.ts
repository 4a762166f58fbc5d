import { assertEquals } from "@std/assert";
import { findConflicts } from "../../../src/python/wheel/conflicts.ts";

const A = { name: "a.whl", files: [{ target: "x/y.py", sha256: "1" }] };

Deno.test("findConflicts names the file and both wheels when their contents differ", () => {
  const b = { name: "b.whl", files: [{ target: "x/y.py", sha256: "2" }] };
  assertEquals(findConflicts([A, b]), [
    { target: "x/y.py", first: "a.whl", second: "b.whl", kind: "content" },
  ]);
});

Deno.test("findConflicts is silent when two wheels have the same file", () => {
  assertEquals(findConflicts([A, { ...A, name: "b.whl" }]), []);
});

Deno.test("findConflicts tells a file that is a directory of another wheel, whichever comes first", () => {
  const b = { name: "b.whl", files: [{ target: "x", sha256: "1" }] };
  const conflict = { target: "x", kind: "directory" } as const;
  assertEquals(findConflicts([A, b]), [{ ...conflict, first: "a.whl", second: "b.whl" }]);
  assertEquals(findConflicts([b, A]), [{ ...conflict, first: "b.whl", second: "a.whl" }]);
});
