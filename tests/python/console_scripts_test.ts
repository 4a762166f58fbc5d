import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findConsoleScript } from "../../src/launch/console_scripts.ts";
import { parseScripts } from "../../src/python/entry_points.ts";
import { FakeFs } from "../support/fake_fs.ts";

Deno.test("parseScripts reads console_scripts and gui_scripts and no other section", () => {
  const text = `
[gui_scripts]
window = app.gui:main
# a comment
[console_scripts]
app = app.cli:main
spaced   =   app.cli : main
with-extra = app.cli:main [dev,test]
nested = app.cli:group.command
; another = a.b:c
no-callable = app.cli
größe = größe.cli:haupt
[other]
app2 = app.cli:main
`.replaceAll("\n", "\r\n");
  assertEquals(Object.fromEntries(parseScripts(text).callables), {
    window: { module: "app.gui", attribute: "main" },
    app: { module: "app.cli", attribute: "main" },
    spaced: { module: "app.cli", attribute: "main" },
    "with-extra": { module: "app.cli", attribute: "main" },
    nested: { module: "app.cli", attribute: "group.command" },
    größe: { module: "größe.cli", attribute: "haupt" },
  });
  assertEquals(parseScripts(text).wrong, ["no-callable = app.cli"]);
});

Deno.test("parseScripts never throws", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    parseScripts(`[console_scripts]\n${text}`);
  }));
});

const tree = (root: string) => ({
  root,
  pythonPaths: [root],
  bins: [`${root}/bin`],
  pyz: undefined,
  hasMain: false,
});

Deno.test("findConsoleScript prefers any layer's bin to metadata, and the first layer", () => {
  const metadata = "[console_scripts]\ntool = m:main\nonly = m:main\n";
  const fs = new FakeFs({
    "/a/x.dist-info/entry_points.txt": metadata,
    "/a/y.egg-info/PKG-INFO": "",
    "/b/bin/tool": "#!/usr/bin/python3\n",
    "/c/bin/tool": "#!/usr/bin/python3\n",
    "/c/bin/dir": true,
  });
  const trees = ["/a", "/b", "/c", "/missing"].map(tree);
  assertEquals(findConsoleScript("tool", { trees, path: undefined }, fs), {
    kind: "python",
    path: "/b/bin/tool",
  });
  assertEquals(findConsoleScript("only", { trees, path: undefined }, fs), {
    kind: "callable",
    module: "m",
    attribute: "main",
  });
  assertEquals(findConsoleScript("dir", { trees, path: undefined }, fs), undefined);
  assertEquals(findConsoleScript("..", { trees, path: undefined }, fs), undefined);
});
