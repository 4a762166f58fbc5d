import { assertEquals } from "@std/assert";
import { pathScripts } from "../../src/launch/path_scripts.ts";
import type { PythonInfo } from "../../src/model/python_info.ts";
import type { TreePaths } from "../../src/launch/tree_paths.ts";

const PYTHON: PythonInfo = {
  path: "/opt/it's/python3",
  version: { major: 3, minor: 11, micro: 2 },
  ...{ implementation: "cpython", abiFlags: "", machine: "x86_64", os: "linux" },
  ...{ libc: undefined, basePath: [] },
};

/** Real files: what is looked at are first lines. */
async function trees(...layers: Record<string, string>[]) {
  const root = await Deno.makeTempDir();
  const found: TreePaths[] = [];
  for (const [index, files] of layers.entries()) {
    const tree = `${root}/${index}`;
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${tree}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${tree}/${name}`, text);
    }
    const bins = "bin/a" in files || "bin/b" in files ? [`${tree}/bin`] : [];
    found.push({ root: tree, pythonPaths: [tree], bins, pyz: undefined, hasMain: false });
  }
  return { found, root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

const { denoFs } = await import("../../src/host/deno_fs.ts");
const PYTHON_SCRIPT = "#!/build/bin/python\n";
const DECLARES = "[console_scripts]\na = m:f\nb = m:C.f\n../../c = m:f\n";
const NAMES = ["python", "python3", "python3.11"];

Deno.test("pathScripts is empty when the layers have no scripts", async () => {
  await using made = await trees({ "m.py": "", "bin/b": "#!/bin/sh\n" });
  assertEquals([...pathScripts(made.found, PYTHON, denoFs).keys()], []);
});

Deno.test("pathScripts starts the scripts of a layer with the chosen interpreter when they name another", async () => {
  await using made = await trees({ "bin/a": PYTHON_SCRIPT }, { "bin/a": PYTHON_SCRIPT });
  const scripts = pathScripts(made.found, PYTHON, denoFs);
  assertEquals([...scripts.keys()], ["a", ...NAMES]);
  assertEquals(
    scripts.get("a"),
    `#!/bin/sh\nexec '/opt/it'\\''s/python3' '${made.root}/0/bin/a' "$@"\n`,
  );
  assertEquals(scripts.get("python"), `#!/bin/sh\nexec '/opt/it'\\''s/python3' "$@"\n`);
});

/** As pip writes it, and as it does where the path of the interpreter is too long for a first line. */
const INSTALLED = [
  "#!/build/bin/python3\n",
  "#!/bin/sh\n'''exec' /a/very/long/path/python3 \"$0\" \"$@\"\n' '''\n",
];
const BODY = "import sys\nfrom m import f\nif __name__ == '__main__':\n    sys.exit(f())\n";

for (const head of INSTALLED) {
  Deno.test(`pathScripts has the text of an installed script when it begins with ${head.slice(0, 9)}`, async () => {
    await using made = await trees({ "bin/a": head + BODY });
    const scripts = pathScripts(made.found, { ...PYTHON, path: "/usr/bin/python3" }, denoFs);
    const expected = `#!/bin/sh\n'''exec' '/usr/bin/python3' "$0" "$@"\n' '''\n${BODY}`;
    assertEquals(scripts.get("a"), expected);
  });
}

Deno.test("pathScripts leaves a name to the earlier layer's program when a later one has a script", async () => {
  await using made = await trees({ "bin/a": "\x7fELF" }, {
    "bin/a": PYTHON_SCRIPT,
    "bin/b": PYTHON_SCRIPT,
  });
  assertEquals([...pathScripts(made.found, PYTHON, denoFs).keys()], ["b", ...NAMES]);
});

Deno.test("pathScripts writes what metadata declares when there is no file, and no name with a slash", async () => {
  await using made = await trees({
    "bin/a": PYTHON_SCRIPT,
    "d-1.dist-info/entry_points.txt": DECLARES,
  });
  const scripts = pathScripts(made.found, { ...PYTHON, path: "/usr/bin/python3" }, denoFs);
  assertEquals([...scripts.keys()], ["a", "b", ...NAMES]);
  assertEquals(scripts.get("b")!.split("\n"), [
    "#!/bin/sh",
    `'''exec' '/usr/bin/python3' "$0" "$@"`,
    "' '''",
    "import sys",
    "from m import C",
    "",
    'if __name__ == "__main__":',
    "    sys.exit(C.f())",
    "",
  ]);
});
