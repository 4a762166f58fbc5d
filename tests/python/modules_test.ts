import { assertEquals } from "@std/assert";
import { moduleExists } from "../../src/python/modules.ts";
import { type FakeFiles, FakeFs } from "../support/fake_fs.ts";

const FILES: FakeFiles = {
  "/a/mod.py": "",
  "/a/pkg/__init__.py": "",
  "/a/pkg/sub.py": "",
  "/a/ns/inner/x.py": "",
  "/b/ns/other.py": "",
  "/b/fast.cpython-311-x86_64-linux-gnu.so": "",
  "/b/stable.abi3.so": "",
  "/b/old.pyc": "",
  "/b/text.txt": "",
};

const TABLE: [module: string, exists: boolean][] = [
  ["mod", true],
  ["pkg", true],
  ["pkg.sub", true],
  ["pkg.absent", false],
  ["ns.inner.x", true],
  ["ns.other", true],
  ["fast", true],
  ["stable", true],
  ["old", true],
  ["text", false],
  ["absent", false],
  ["absent.sub", false],
  ["fas", false],
];

for (const [module, exists] of TABLE) {
  Deno.test(`moduleExists is ${exists} when ${module} is looked for`, () => {
    assertEquals(moduleExists(module, ["/a", "/missing", "/b"], new FakeFs(FILES)), exists);
  });
}

Deno.test("moduleExists lets Python decide when a zip or a .pth file is on the path", () => {
  const fs = new FakeFs({ "/z/app.pyz": "PK", "/p/editable.pth": "/src" });
  assertEquals(moduleExists("anything", ["/z/app.pyz"], fs), true);
  assertEquals(moduleExists("anything.deep", ["/p"], fs), true);
  assertEquals(moduleExists("anything", ["/z"], fs), false);
});
