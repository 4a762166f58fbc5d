import { assertEquals, assertStringIncludes } from "@std/assert";
import { findTreePaths, joinInside } from "../../src/launch/tree_paths.ts";
import { sha256 } from "../support/bundles.ts";
import { type FakeFiles, FakeFs } from "../support/fake_fs.ts";
import type { PythonInfo } from "../../src/model/python_info.ts";
import { parseWheelName, type WheelName } from "../../src/model/wheel_name.ts";
import { pythonInfo } from "../support/pythons.ts";
import { assertRefused } from "../support/refusal.ts";
import { layerOf } from "../registry/contract.ts";

const V311 = { major: 3, minor: 11, micro: 2 };

function find(
  names: string[],
  pythonPaths?: string[],
  python: PythonInfo = pythonInfo({ version: V311 }),
  wheel?: WheelName,
) {
  const files: Record<string, string | true> = { "/t": true };
  for (const name of names) {
    files[`/t/${name.replace(/\/$/, "")}`] = name.endsWith("/") ? true : "x";
  }
  const layer = layerOf({ sha256: sha256("x"), pythonPaths, ...(wheel && { wheel }) });
  return findTreePaths("/t", layer, python, new FakeFs(files as FakeFiles));
}

const DETECTED: [what: string, names: string[], paths: string[], bins?: string[]][] = [
  ["packages at the root", ["pkg/__init__.py", "mod.py"], ["/t"]],
  ["a namespace package alone", ["ns/pkg/mod.py"], ["/t"]],
  ["one module", ["hello.py"], ["/t"]],
  ["an extension module", ["fast.cpython-311-x86_64-linux-gnu.so"], ["/t"]],
  ["a .pth file", ["x.pth"], ["/t"]],
  ["nothing", [], ["/t"]],
  ["data alone", ["data.csv"], ["/t"]],
  ["site-packages", ["site-packages/pkg/a.py"], ["/t/site-packages"]],
  ["an app beside site-packages", ["app.py", "site-packages/a.py"], ["/t", "/t/site-packages"]],
  ["an installation prefix", ["lib/python3.11/site-packages/a.py", "bin/tool"], [
    "/t/lib/python3.11/site-packages",
  ], ["/t/bin"]],
  ["a prefix of Debian's Python", ["local/lib/python3.11/dist-packages/a.py", "local/bin/tool"], [
    "/t/local/lib/python3.11/dist-packages",
  ], ["/t/local/bin"]],
  ["a package that is called local", ["local/__init__.py"], ["/t"]],
  [
    "a packed virtual environment",
    ["pyvenv.cfg", "bin/activate", "lib/python3.11/site-packages/a.py", "lib64/x", "include/"],
    ["/t/lib/python3.11/site-packages"],
    ["/t/bin"],
  ],
  ["an app with .venv", ["app.py", ".venv/bin/tool", ".venv/lib/python3.11/site-packages/a.py"], [
    "/t",
    "/t/.venv/lib/python3.11/site-packages",
  ], ["/t/.venv/bin"]],
  ["an app with venv", ["app/a.py", "venv/lib/python3.11/site-packages/a.py"], [
    "/t",
    "/t/venv/lib/python3.11/site-packages",
  ]],
  ["a package called lib", ["lib/__init__.py", "main.py"], ["/t"]],
  ["a layer of AWS Lambda", ["python/pkg/a.py"], ["/t/python"]],
  ["a layer of AWS Lambda with scripts", ["python/mod.py", "python/bin/tool"], ["/t/python"], [
    "/t/python/bin",
  ]],
  ["a layer of AWS Lambda with an installation", ["python/lib/python3.11/site-packages/a.py"], [
    "/t/python/lib/python3.11/site-packages",
  ]],
  ["both forms of AWS Lambda", ["python/a.py", "python/lib/python3.11/site-packages/b.py"], [
    "/t/python",
    "/t/python/lib/python3.11/site-packages",
  ]],
  ["a layer of AWS Lambda for two languages", ["python/a.py", "nodejs/x.js", "lib/libx.so"], [
    "/t/python",
    "/t",
  ]],
  ["a package called python", ["python/__init__.py", "python/pkg/a.py"], ["/t"]],
  ["an app beside a directory called python", ["app.py", "python/a.py"], ["/t"]],
  ["a package beside a directory called python", ["app/__init__.py", "python/a.py"], ["/t"]],
  ["a project with src/", ["pyproject.toml", "src/shop/__init__.py", "tests/t.py"], [
    "/t",
    "/t/src",
  ]],
  ["a project with src/ and tools at the top", [
    ...["setup.py", "conftest.py", "manage.py", "src/shop/__init__.py"],
  ], ["/t", "/t/src"]],
  ["nothing but src/", ["src/shop/__init__.py", "README.md"], ["/t", "/t/src"]],
  ["src/ with modules in it", ["pyproject.toml", "src/shop/__init__.py", "src/main.py"], ["/t"]],
  ["a package called src", ["pyproject.toml", "src/__init__.py", "src/shop/__init__.py"], ["/t"]],
  ["src/ without packages", ["pyproject.toml", "src/shop/main.py"], ["/t"]],
  ["an app beside src/", ["app.py", "src/shop/__init__.py"], ["/t"]],
  ["a package beside src/ and no project", ["app/a.py", "src/shop/__init__.py"], ["/t"]],
  ["sources of C", ["pkg/__init__.py", "src/a.c"], ["/t"]],
  ["a package called lib alone", ["lib/__init__.py"], ["/t"]],
];

for (const [what, names, paths, bins = []] of DETECTED) {
  Deno.test(`findTreePaths finds the import roots of ${what}`, () => {
    const found = find(names);
    assertEquals([found.pythonPaths, found.bins], [paths, bins]);
  });
}

Deno.test("findTreePaths takes stated paths as they are, in order", () => {
  assertEquals(find(["a.py"], ["src", ".", "./lib/", "x//y"]).pythonPaths, [
    "/t/src",
    "/t",
    "/t/lib",
    "/t/x/y",
  ]);
  assertEquals(find(["a.py"], []).pythonPaths, []);
});

Deno.test("findTreePaths takes a wheel that is not installed as it lies", () => {
  const names = [
    "pkg/a.py",
    "a-1.data/platlib/b.so",
    "a-1.data/scripts/tool",
    "a-1.dist-info/WHEEL",
  ];
  const found = find(names, undefined, pythonInfo(), parseWheelName("a-1-py3-none-any.whl")!);
  assertEquals([found.pythonPaths, found.bins], [
    ["/t", "/t/a-1.data/platlib"],
    ["/t/a-1.data/scripts"],
  ]);
});

Deno.test("findTreePaths refuses a layer of AWS Lambda for another Python", async () => {
  const names = ["python/lib/python3.9/site-packages/a.py"];
  const error = await assertRefused(() => find(names), "VARIANT_UNFIT", 78);
  assertStringIncludes(error.text.why, "python3.9");
});

Deno.test("findTreePaths takes a zip application for its own import root", () => {
  const found = find(["app.pyz"]);
  assertEquals([found.pyz, found.pythonPaths], ["/t/app.pyz", ["/t/app.pyz"]]);
});

Deno.test("findTreePaths sees a __main__.py at the root", () => {
  assertEquals([find(["__main__.py"]).hasMain, find(["a/__main__.py"]).hasMain], [true, false]);
});

const OTHERS = ["lib/python3.12/site-packages/a.py", ".venv/lib/python3.12/site-packages/a.py"];
for (const name of OTHERS) {
  Deno.test(`findTreePaths refuses ${name} under Python 3.11`, async () => {
    const error = await assertRefused(() => find([name, "bin/x"]), "VARIANT_UNFIT", 78);
    assertStringIncludes(error.text.why, "an environment for python3.12, and this is python3.11");
  });
}

const LIBRARIES: [name: string, python: PythonInfo][] = [
  ["python3.13t", pythonInfo({ version: { major: 3, minor: 13, micro: 0 }, abiFlags: "t" })],
  ["python3.13", pythonInfo({ version: { major: 3, minor: 13, micro: 0 } })],
  ["pypy3.10", pythonInfo({ version: { major: 3, minor: 10, micro: 14 }, implementation: "pypy" })],
];

for (const [name, python] of LIBRARIES) {
  Deno.test(`findTreePaths finds lib/${name} and refuses the others when that is what the interpreter has`, async () => {
    const paths = LIBRARIES.map(([name]) => `lib/${name}/site-packages/a.py`);
    assertEquals(find(paths, undefined, python).pythonPaths, [`/t/lib/${name}/site-packages`]);
    for (const other of paths.filter((path) => !path.includes(`/${name}/`))) {
      const error = await assertRefused(
        () => find([other], undefined, python),
        "VARIANT_UNFIT",
        78,
      );
      assertStringIncludes(error.text.why, `and this is ${name}`);
    }
  });
}

Deno.test("findTreePaths takes the fitting one of several versions", () => {
  const names = ["lib/python3.12/site-packages/a.py", "lib/python3.11/site-packages/a.py"];
  assertEquals(find(names).pythonPaths, ["/t/lib/python3.11/site-packages"]);
});

Deno.test("joinInside drops empty and single-dot parts", () => {
  assertEquals(joinInside("/t", "."), "/t");
  assertEquals(joinInside("/t", "a/./b//c/"), "/t/a/b/c");
});

const PACKED: readonly (readonly [what: string, names: string[], roots: string[]])[] = [
  ["the folder that pip installed into", ["build/dep.py", "build/d-1.dist-info/M"], ["/t/build"]],
  ["two of them", ["a/x-1.dist-info/M", "b/y-1.egg-info/M", "c/z.py"], ["/t/a", "/t/b"]],
  ["packages", ["dep/__init__.py", "d-1.dist-info/M", "v/w-1.dist-info/M"], ["/t"]],
  ["a package that brings others along", ["dep/__init__.py", "dep/w-1.dist-info/M"], ["/t"]],
  ["modules beside a folder", ["six.py", "v/w-1.dist-info/M"], ["/t"]],
];

for (const [what, names, roots] of PACKED) {
  Deno.test(`findTreePaths finds the import roots of dependencies that are ${what}`, () => {
    const fs = new FakeFs(Object.fromEntries(names.map((name) => [`/t/${name}`, "x"])));
    const layer = layerOf({ kind: "deps", sha256: sha256("x"), pythonPaths: undefined });
    const { pythonPaths } = findTreePaths("/t", layer, pythonInfo({ version: V311 }), fs);
    assertEquals(pythonPaths, roots);
  });
}
