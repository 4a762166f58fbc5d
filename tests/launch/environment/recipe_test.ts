import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { environmentKey } from "../../../src/launch/environment/key.ts";
import { environmentRecipe } from "../../../src/launch/environment/recipe.ts";
import { findTreePaths } from "../../../src/launch/tree_paths.ts";
import type { EnvironmentRecipe } from "../../../src/model/environment.ts";
import type { Isolation, Layer } from "../../../src/model/release.ts";
import { sha256 } from "../../support/bundles.ts";
import { type FakeFiles, FakeFs } from "../../support/fake_fs.ts";
import { pythonInfo } from "../../support/pythons.ts";

const SITE = "lib/python3.11/site-packages";
const PLACES = {
  bin: { trees: "../../../trees", bytecode: "", leases: "" },
  site: { trees: "TREES", bytecode: "BYTECODE", leases: "LEASES" },
};

const NOTHING_ELSE = {
  ...{ size: undefined, unpackedSize: undefined, pythonPaths: undefined, url: undefined },
};

type Given = readonly [kind: Layer["kind"], files: FakeFiles];

/** The recipe of layers `0`, `1` …, whose files are given relative to their trees. */
function recipeOf(
  given: readonly Given[],
  isolation: Isolation = "hermetic",
  python = pythonInfo(),
): EnvironmentRecipe {
  const files = given.flatMap(([, files], index) =>
    Object.entries(files).map(([path, text]) => [`/t/${index}/${path}`, text] as const)
  );
  const fs = new FakeFs(Object.fromEntries(files));
  const layers = given.map(([kind], index) => {
    const layer = { kind, sha256: sha256(String(index)), ...NOTHING_ELSE } as const;
    return { layer, paths: findTreePaths(`/t/${index}`, layer, python, fs) };
  });
  return environmentRecipe({ key: "k", layers, python, isolation, places: PLACES }, fs);
}

/** `path in the environment` → `layer:path in its tree`. */
function linked(recipe: EnvironmentRecipe): Record<string, string> {
  const index = (digest: string) => recipe.layers.findIndex((layer) => layer === digest);
  return Object.fromEntries(
    recipe.folders.flatMap(({ path, files }) =>
      files.flatMap(({ layer, directory, names }) =>
        names.map((name) => [
          path === "" ? name : `${path}/${name}`,
          `${index(layer)}:${directory === "" ? name : `${directory}/${name}`}`,
        ])
      )
    ),
  );
}

function made(recipe: EnvironmentRecipe, path: string): string {
  const { content } = recipe.made.find((file) => file.path === path)!;
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

/** What the layers are, and what is linked to where. */
const LINKED: readonly (readonly [string, readonly Given[], Record<string, string>])[] = [
  [
    "a layer of dependencies is site-packages, and an app stays in its tree",
    [["app", { "web.py": "" }], ["deps", { "dep/__init__.py": "", "six.py": "" }]],
    { [`${SITE}/dep/__init__.py`]: "1:dep/__init__.py", [`${SITE}/six.py`]: "1:six.py" },
  ],
  [
    "a packed virtual environment keeps nothing but its packages, scripts and data",
    [[undefined, {
      [`.venv/${SITE}/dep.py`]: "",
      ".venv/pyvenv.cfg": "",
      ".venv/bin/activate": "x",
      ".venv/bin/python3": "x",
      ".venv/bin/tool": "\x7fELF",
      ".venv/share/man/x.1": "",
    }]],
    {
      [`${SITE}/dep.py`]: `0:.venv/${SITE}/dep.py`,
      "share/man/x.1": "0:.venv/share/man/x.1",
      "bin/tool": "0:.venv/bin/tool",
    },
  ],
  [
    "the first layer has a file that two have, and directories are merged",
    [
      ["deps", { "ns/a.py": "", "both.py": "" }],
      ["deps", { "ns/b.py": "", "both.py": "" }],
    ],
    {
      [`${SITE}/ns/a.py`]: "0:ns/a.py",
      [`${SITE}/ns/b.py`]: "1:ns/b.py",
      [`${SITE}/both.py`]: "0:both.py",
    },
  ],
  [
    "a file of an earlier layer hides a directory of a later one, and the other way round",
    [["deps", { "x": "", "y/in.py": "" }], ["deps", { "x/in.py": "", "y": "" }]],
    { [`${SITE}/x`]: "0:x", [`${SITE}/y/in.py`]: "0:y/in.py" },
  ],
  [
    "another version of a distribution is left out as a whole",
    [
      ["deps", { "Foo_Bar-2.dist-info/RECORD": "foo/new.py,,\n", "foo/new.py": "" }],
      ["deps", {
        "foo_bar-1.dist-info/RECORD": "foo/old.py,,\nfoo_bar-1.dist-info/RECORD,,\n",
        "foo/old.py": "",
        "other.py": "",
      }],
    ],
    {
      [`${SITE}/Foo_Bar-2.dist-info/RECORD`]: "0:Foo_Bar-2.dist-info/RECORD",
      [`${SITE}/foo/new.py`]: "0:foo/new.py",
      [`${SITE}/other.py`]: "1:other.py",
    },
  ],
  [
    "share and etc of an app and of its dependencies are merged below the prefix",
    [["app", { "a.py": "", "etc/a.ini": "" }], ["deps", { "etc/b.ini": "", "share/t": "" }]],
    { "etc/a.ini": "0:etc/a.ini", "etc/b.ini": "1:etc/b.ini", "share/t": "1:share/t" },
  ],
  [
    "a package with the name of a directory of a prefix stays a package",
    [["deps", { "share/__init__.py": "", "bin/x": "\x7fELF" }]],
    {
      [`${SITE}/share/__init__.py`]: "0:share/__init__.py",
      "share/__init__.py": "0:share/__init__.py",
      "bin/x": "0:bin/x",
    },
  ],
  [
    "an earlier layer's bytecode is no file of the environment",
    [["deps", { "m.py": "", "__pycache__/m.cpython-311.pyc": "" }]],
    { [`${SITE}/m.py`]: "0:m.py" },
  ],
];

for (const [name, given, expected] of LINKED) {
  Deno.test(`environmentRecipe: ${name}`, () => assertEquals(linked(recipeOf(given)), expected));
}

Deno.test("environmentRecipe names parents before their children, and each folder once", () => {
  const { folders } = recipeOf([["deps", { "a/b/c.py": "", "share/x/y": "" }]]);
  const paths = folders.map(({ path }) => path);
  assertEquals(paths.length, new Set(paths).size);
  for (const path of paths.filter((path) => path !== "")) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    assert(paths.indexOf(parent) >= 0 && paths.indexOf(parent) < paths.indexOf(path), path);
  }
});

Deno.test("environmentRecipe shares the bytecode of folders that one layer fills", () => {
  const { folders } = recipeOf([
    ["deps", { "top.py": "", "own/m.py": "", "ns/a.py": "", "data/x": "" }],
    ["deps", { "ns/b.py": "", "ns/data": "" }],
  ]);
  const kinds = folders.map(({ path, bytecode }) => [path, bytecode?.kind] as const);
  assertEquals(Object.fromEntries(kinds.filter(([path]) => path.startsWith(`${SITE}/`))), {
    [`${SITE}/data`]: undefined,
    [`${SITE}/ns`]: "own",
    [`${SITE}/own`]: "shared",
  });
  // edgeboot's own module is there.
  assertEquals(folders.find(({ path }) => path === SITE)!.bytecode?.kind, "own");
});

/** A script in a layer's bin, and how the environment's begins and ends; undefined: there is none. */
const SCRIPTS: readonly (readonly [string, Given, string | undefined])[] = [
  ["x", ["deps", { "bin/x": "#!/build/bin/python3\nprint(1)\n" }], "print(1)\n"],
  [
    "x",
    ["deps", { "bin/x": "#!/bin/sh\n'''exec' /p/python \"$0\"\n' '''\nprint(1)\n" }],
    "print(1)\n",
  ],
  ["x", ["deps", { "bin/x": "#!/usr/bin/env python3\nprint(1)\n" }], "print(1)\n"],
  [
    "made",
    ["deps", { "d-1.dist-info/entry_points.txt": "[console_scripts]\nmade = d.cli:main\n" }],
    "    sys.exit(main())\n",
  ],
  [
    "made",
    ["app", { "d-1.dist-info/entry_points.txt": "[console_scripts]\nmade = d.cli:main\n" }],
    "    sys.exit(main())\n",
  ],
  ["python3", ["deps", { "bin/python3": "#!/usr/bin/python3\n" }], undefined],
];

for (const [name, given, ending] of SCRIPTS) {
  Deno.test(`environmentRecipe makes ${name} of ${Object.keys(given[1])[0]} (${given[0]})`, () => {
    const recipe = recipeOf([given]);
    if (ending === undefined) {
      return assertEquals(recipe.made.filter(({ path }) => path === `bin/${name}`), []);
    }
    const text = made(recipe, `bin/${name}`);
    // No path is in it: the cache may be anywhere, and no path is too long.
    assert(text.startsWith("#!/bin/sh\n'''':\n") && text.endsWith(ending), text);
    assertStringIncludes(text, 'exec "${f%/*}/python" "$0" "$@"');
  });
}

Deno.test("environmentRecipe starts an app's own script where its data may be", () => {
  const recipe = recipeOf([["app", {
    "m.py": "",
    "bin/manage": "#!/usr/bin/python3\nimport m\n",
  }]]);
  assertStringIncludes(
    made(recipe, "bin/manage"),
    `/../../../trees/${sha256("0")}/bin/manage" "$@"`,
  );
});

const LEFT_WHERE_THEY_ARE = [
  ["a docstring", '\n"""Usage: x"""\nfrom __future__ import annotations\n'],
  ["a raw docstring behind comments", "# (c)\n\nr'''Usage: x'''\n"],
  ["an encoding of its own", "# -*- coding: latin-1 -*-\nprint(1)\n"],
] as const;

for (const [what, body] of LEFT_WHERE_THEY_ARE) {
  Deno.test(`environmentRecipe only starts a script of dependencies that begins with ${what}`, () => {
    const recipe = recipeOf([["deps", { "bin/x": `#!/build/python3 -E\n${body}` }]]);
    const text = made(recipe, "bin/x");
    const path = `/../../../trees/${sha256("0")}/bin/x" "$@"\n`;
    assert(text.endsWith(path) && text.includes('/python" -E "$'), text);
  });
}

Deno.test("environmentRecipe keeps options of a script's first line", () => {
  const recipe = recipeOf([["deps", { "bin/x": "#!/build/python3 -E -s\nprint(1)\n" }]]);
  assertStringIncludes(made(recipe, "bin/x"), '/python" -E -s "$0" "$@"');
});

Deno.test("environmentRecipe leads a virtual environment's interpreter to its base", () => {
  const venv = { base: "/opt/py/bin/python3", site: "/v/site-packages", seesSystem: false };
  const python = pythonInfo({ path: "/v/bin/python3", venv });
  const shared = recipeOf([["app", { "m.py": "" }]], "shared", python);
  assertEquals(shared.links[0], { path: "bin/python", target: "/opt/py/bin/python3" });
  assertStringIncludes(made(shared, "pyvenv.cfg"), "home = /opt/py/bin\n");
  assertStringIncludes(made(shared, "pyvenv.cfg"), "include-system-site-packages = false\n");
  assertStringIncludes(made(shared, `${SITE}/~edgeboot.pth`), '"/v/site-packages"');
  const hermetic = recipeOf([["app", { "m.py": "" }]], "hermetic", python);
  assertEquals(hermetic.made.some(({ path }) => path.endsWith("~edgeboot.pth")), false);
});

Deno.test("environmentRecipe tells the module which app roots there are and what is in them", () => {
  const files = { "m.py": "", "a.pth": "src\n", "sitecustomize.py": "" };
  const text = made(recipeOf([["app", files], ["deps", { "d.py": "" }]]), `${SITE}/_edgeboot.py`);
  for (const name of ["ROOTS", "SITES", "CUSTOMS"]) {
    assertStringIncludes(text, `${name} = ["${sha256("0")}"]`);
  }
  assertStringIncludes(text, 'LEASES = ["LEASES/k"]');
});

Deno.test("environmentKey changes with all that an environment depends on, and with nothing else", () => {
  const layer = { kind: "deps", sha256: sha256("1"), ...NOTHING_ELSE } as const;
  const input = { layers: [layer], python: pythonInfo(), isolation: undefined };
  const key = environmentKey(input);
  const others = [
    { ...input, isolation: "shared" as const },
    { ...input, layers: [layer, layer] },
    { ...input, layers: [{ ...layer, kind: "app" as const }] },
    { ...input, layers: [{ ...layer, pythonPaths: ["src"] }] },
    { ...input, python: pythonInfo({ path: "/opt/python3" }) },
    { ...input, python: pythonInfo({ abiFlags: "t" }) },
    { ...input, python: pythonInfo({ version: { major: 3, minor: 11, micro: 3 } }) },
  ].map(environmentKey);
  assertEquals(new Set([key, ...others]).size, others.length + 1);
  assertEquals(environmentKey({ ...input, python: pythonInfo({ basePath: [] }) }), key);
  assert(/^[0-9a-f]{64}$/.test(key));
});
