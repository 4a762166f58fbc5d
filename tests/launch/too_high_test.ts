import { assertEquals, assertStringIncludes } from "@std/assert";
import { findTooHigh } from "../../src/launch/too_high.ts";
import { unknownEntry } from "../../src/launch/unknown_entry.ts";
import { parseEntryText } from "../../src/model/entry_point.ts";
import { type FakeFiles, FakeFs } from "../support/fake_fs.ts";

const TREE = { root: "/t", pythonPaths: ["/t"], bins: [], pyz: undefined, hasMain: false };

function look(names: string[], entry: string) {
  const files: FakeFiles = Object.fromEntries([
    ["/t", true],
    ...names.map((name) => [`/t/${name}`, "x"]),
  ]);
  return findTooHigh(parseEntryText(entry), [TREE], new FakeFs(files));
}

const FOUND: [entry: string, file: string, found: string][] = [
  ["shop", "shopapp/shop/__init__.py", "shopapp/shop"],
  ["shop", "shopapp/shop.py", "shopapp/shop"],
  ["shop.main", "shopapp-1.0/shop/main.py", "shopapp-1.0/shop"],
  ["shop.main:run", "shopapp/shop/main.py", "shopapp/shop"],
  ["bin/run.py", "shopapp/bin/run.py", "shopapp/bin/run.py"],
  ["console:gunicorn", "venv-1/bin/gunicorn", "venv-1/bin/gunicorn"],
  ["shop", "repo-main/src/shop/__init__.py", "repo-main/src/shop"],
  ["shop", "repo/lib/python3.11/site-packages/shop.py", "repo/lib/python3.11/site-packages/shop"],
  ["shop", "app/python/shop.py", "app/python/shop"],
];

const soughtName = (entry: string) =>
  entry.replace(/^console:/, "bin/").replace(/(?<!py)[.:](?!py).*/, "");

for (const [entry, file, found] of FOUND) {
  Deno.test(`findTooHigh finds ${entry} when the layer has ${file}`, () => {
    assertEquals(look([file], entry), {
      folder: found.slice(0, found.indexOf(`/${soughtName(entry)}`)),
      found,
    });
  });
}

const NOT_FOUND: [why: string, entry: string, names: string[]][] = [
  ["the module is not there", "shop.main", ["shopapp/shop/other.py"]],
  ["it is in a package", "shop", ["a/b/__init__.py", "a/b/c/shop.py"]],
  ["it is too deep", "shop", ["a/b/c/d/e/shop.py"]],
  ["the folder is hidden", "shop", [".git/shop.py"]],
  ["there are only files", "shop", ["a.txt"]],
];

for (const [why, entry, names] of NOT_FOUND) {
  Deno.test(`findTooHigh finds nothing when ${why}`, () => {
    assertEquals(look(names, entry), undefined);
  });
}

Deno.test("unknownEntry names the folder and both ways to state it", () => {
  const fs = new FakeFs({ "/t": true, "/t/shopapp/shop/main.py": "x" });
  const looked = { trees: [TREE], python: { path: "/usr/bin/python3" } };
  const { text, facts, exitCode } = unknownEntry(parseEntryText("shop.main"), looked, fs);
  assertEquals([exitCode, facts.folder], [127, "shopapp"]);
  assertStringIncludes(text.why, "shopapp/shop is there: was the archive made one level too high?");
  assertStringIncludes(text.next, '"python_paths": ["shopapp"]');
  assertStringIncludes(text.next, "--python-path shopapp");
});

Deno.test("unknownEntry names what an editable install leads to", () => {
  const fs = new FakeFs({ "/t/__editable__.shop-1.pth": "/home/me/shop/src\n" });
  const looked = { trees: [TREE], python: { path: "/usr/bin/python3" } };
  const { text } = unknownEntry(parseEntryText("shop.main"), looked, fs);
  assertStringIncludes(text.why, "leads to /home/me/shop/src, which is no part of the layer");
  assertStringIncludes(text.next, "pip install .");
});
