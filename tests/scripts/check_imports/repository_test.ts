import { assertEquals } from "@std/assert";
import { checkSubjects, checkTracked } from "../../../scripts/check_imports/repository.ts";

Deno.test("checkTracked reports what is compiled or generated, by its path", () => {
  const generated = ["a/__pycache__/b.cpython-311.pyc", "x.pyc", "lib/y.so", "z.wasm", "run.log"];
  const written = ["src/a.ts", "tests/a.so.txt", "scripts/demo/app/greeter/plain.py", "deno.lock"];
  assertEquals(
    checkTracked([...written, ...generated]).map(({ rule, path }) => `${rule} ${path}`),
    generated.map((path) => `generated-file ${path}`),
  );
});

Deno.test("checkSubjects reports a subject of more than 72 characters, counted as people do", () => {
  const commits = [
    `aaaa ${"x".repeat(72)}`,
    `bbbb ${"x".repeat(73)}`,
    `cccc ${"\u{1f40d}".repeat(72)}`,
  ];
  assertEquals(
    checkSubjects(commits).map(({ rule, path }) => `${rule} ${path}`),
    ["commit-subject commit bbbb"],
  );
});
