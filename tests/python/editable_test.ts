import { assertEquals } from "@std/assert";
import { findOutsideLinks } from "../../src/python/editable.ts";
import { FakeFs } from "../support/fake_fs.ts";

function find(files: Record<string, string>, depth = 0) {
  const at = (name: string) => `/t/${name}`;
  const fs = new FakeFs(
    Object.fromEntries([["/t", true], ...Object.entries(files).map(([k, v]) => [at(k), v])]),
  );
  return findOutsideLinks("/t", depth, fs).map(({ file, leadsTo }) => [file, leadsTo]);
}

const FINDER = `MAPPING: dict[str, str] = {'shop': '/home/me/shop/src/shop'}\n`;

const OUTSIDE: [by: string, files: Record<string, string>, link: [string, string | undefined]][] = [
  ["setuptools", { "__editable__.shop-1.0.pth": "/home/me/shop/src\n" }, [
    "__editable__.shop-1.0.pth",
    "/home/me/shop/src",
  ]],
  ["setuptools with a finder", {
    "__editable__.shop-1.0.pth":
      "import __editable___shop_1_0_finder; __editable___shop_1_0_finder.install()",
    "__editable___shop_1_0_finder.py": FINDER,
  }, ["__editable__.shop-1.0.pth", "/home/me/shop/src/shop"]],
  ["hatchling", { "_shop.pth": "/home/me/shop/src" }, ["_shop.pth", "/home/me/shop/src"]],
  ["setup.py develop", { "shop.egg-link": "/home/me/shop\n." }, ["shop.egg-link", "/home/me/shop"]],
  ["scikit-build-core", { "_shop_editable.pth": "import _shop_editable" }, [
    "_shop_editable.pth",
    undefined,
  ]],
  ["hand, with a relative path", { "x.pth": "# note\nvendor\n../../shared\n" }, [
    "x.pth",
    "../../shared",
  ]],
];

for (const [by, files, link] of OUTSIDE) {
  Deno.test(`findOutsideLinks finds what an editable install by ${by} left`, () => {
    assertEquals(find(files), [[link[0], link[1]]]);
  });
}

const INSIDE: [what: string, files: Record<string, string>, depth?: number][] = [
  ["a directory beside it", { "x.pth": "vendor\nsub/../other\n" }],
  ["a directory above it, in the layer", { "x.pth": "../../../src\n" }, 3],
  ["code", { "distutils-precedence.pth": "import os; os.environ.get('X')\n" }],
  ["a comment", { "x.pth": "# /home/me\n" }],
  ["nothing", { "x.pth": "\n", "a.py": "/home/me\n" }],
];

for (const [what, files, depth] of INSIDE) {
  Deno.test(`findOutsideLinks finds nothing when .pth files name ${what}`, () => {
    assertEquals(find(files, depth), []);
  });
}
