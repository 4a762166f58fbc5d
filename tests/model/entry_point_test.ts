import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatEntryPoint, parseEntryText, readEntryPoint } from "../../src/model/entry_point.ts";
import { isInsidePath } from "../../src/model/inside_path.ts";
import { parseJsonObject } from "../../src/model/json.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { assertRefused } from "../support/refusal.ts";

const TEXTS: [text: string, formatted: string][] = [
  ["uvicorn", "python -m uvicorn"],
  ["pkg.mod", "python -m pkg.mod"],
  ["_private", "python -m _private"],
  ["größe.mod", "python -m größe.mod"],
  ["pkg.mod:main", "pkg.mod:main"],
  ["pkg:cli.run", "pkg:cli.run"],
  ["manage.py", "python manage.py"],
  ["path/to/script.py", "python path/to/script.py"],
  ["with-dash/a b.py", "python with-dash/a b.py"],
  ["console:gunicorn", "console script gunicorn"],
  ["console:my-app_2.x", "console script my-app_2.x"],
];

for (const [text, formatted] of TEXTS) {
  Deno.test(`parseEntryText reads ${text}`, () => {
    assertEquals(formatEntryPoint(parseEntryText(text)), formatted);
  });
}

const BAD = [
  ...["", "a b", "../x.py", "/abs/x.py", "a/../../x.py", "pkg.", ".pkg", "pkg:", ":main", "1pkg"],
  ...["pkg.mod:main()", "pkg-mod", "console:", "console:a b", "a:b:c", "x;y", "-m", "--help"],
];

for (const text of BAD) {
  Deno.test(`parseEntryText refuses ${JSON.stringify(text)}`, async () => {
    await assertRefused(() => parseEntryText(text), "USAGE", 64);
  });
}

Deno.test("parseEntryText never throws anything but EdgebootError", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    try {
      parseEntryText(text);
    } catch (error) {
      if (!(error instanceof EdgebootError)) throw error;
    }
  }));
});

const INSIDE: [path: string, inside: boolean][] = [
  ...[["a", true], [".", true], ["a/b.py", true], ["a..b/c", true], ["...", true]] as const,
  ...[["", false], ["/a", false], ["..", false], ["a/..", false], ["a/../b", false]] as const,
  ["a\0b", false],
].map(([path, inside]) => [path as string, inside as boolean]);

for (const [path, inside] of INSIDE) {
  Deno.test(`isInsidePath is ${inside} when the path is ${JSON.stringify(path)}`, () => {
    assertEquals(isInsidePath(path), inside);
  });
}

function read(value: unknown) {
  return readEntryPoint(parseJsonObject(JSON.stringify(value), "doc"));
}

Deno.test("readEntryPoint keeps the arguments in order", () => {
  assertEquals(read({ module: "a", args: ["--x", "", "ä", "--"] }), {
    kind: "module",
    module: "a",
    args: ["--x", "", "ä", "--"],
  });
});

const REFUSED: [value: unknown, path: string][] = [
  [{}, "module"],
  [{ args: [] }, "module"],
  [{ module: "a", script: "b.py" }, "script"],
  [{ module: 1 }, "module"],
  [{ module: null }, "module"],
  [{ module: "a-b" }, "module"],
  [{ callable: "a" }, "callable"],
  [{ callable: "a:" }, "callable"],
  [{ script: "../a.py" }, "script"],
  [{ script: "/a.py" }, "script"],
  [{ console_script: "a/b" }, "console_script"],
  [{ console_script: "" }, "console_script"],
  [{ module: "a", args: "x" }, "args"],
  [{ module: "a", args: ["x", 1] }, "args[1]"],
  [{ module: "a", args: ["x", "a\0b"] }, "args[1]"],
];

for (const [value, path] of REFUSED) {
  Deno.test(`readEntryPoint names ${path} when it reads ${JSON.stringify(value)}`, async () => {
    const error = await assertRefused(() => read(value), "RELEASE_INVALID", 65);
    assertEquals(error.facts.json_path, path);
  });
}
