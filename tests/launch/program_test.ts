import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findProgram, type Program } from "../../src/launch/program.ts";
import { SCRIPT_HEADER } from "../../src/python/script_text.ts";
import type { Isolation } from "../../src/model/release.ts";
import type { TreePaths } from "../../src/launch/tree_paths.ts";
import { type EntryPoint, parseEntryText } from "../../src/model/entry_point.ts";
import { type FakeFiles, FakeFs } from "../support/fake_fs.ts";
import { pythonInfo } from "../support/pythons.ts";
import { assertRefused } from "../support/refusal.ts";

const FILES: FakeFiles = {
  "/a/app/__init__.py": "",
  "/a/app/cli.py": "",
  "/a/manage.py": "",
  "/a/tools/run.py": "",
  "/a/bin/gunicorn": "#!/build/venv/bin/python3\n",
  "/a/bin/longpath": "#!/bin/sh\n'''exec' /very/long/python3 \"$0\" \"$@\"\n' '''\n",
  "/a/bin/native": "\x7fELF",
  "/a/bin/shell": "#!/bin/sh\necho\n",
  "/b/lib.py": "",
  "/b/manage.py": "",
  "/b/x-1.dist-info/entry_points.txt": "[console_scripts]\nmeta = lib.cli:main.run [extra]\n",
  "/usr/lib/python3.11/http/server.py": "",
};

const TREES: TreePaths[] = [
  { root: "/a", pythonPaths: ["/a"], bins: ["/a/bin"], pyz: undefined, hasMain: false },
  { root: "/b", pythonPaths: ["/b"], bins: [], pyz: undefined, hasMain: false },
];

function find(entry: EntryPoint | undefined, trees = TREES, args = ["--x", "--"]): Program {
  const input = {
    ...{ entry, args, trees, python: pythonInfo(), name: "hello" },
    ...{ path: undefined, isolation: "shared" as const },
  };
  return findProgram(input, new FakeFs(FILES));
}

function withArgs(text: string, ...args: string[]): EntryPoint {
  return { ...parseEntryText(text), args };
}

const PY = "/usr/bin/python3";
const FOUND: [entry: EntryPoint, argv: string[], needsScriptPath: boolean][] = [
  [
    withArgs("app.cli", "--port", "8000"),
    [PY, "-s", "-P", "-m", "app.cli", "--port", "8000", "--x", "--"],
    false,
  ],
  [withArgs("lib"), [PY, "-s", "-P", "-m", "lib", "--x", "--"], false],
  [withArgs("http.server"), [PY, "-s", "-P", "-m", "http.server", "--x", "--"], false],
  [withArgs("manage.py", "serve"), [PY, "-s", "/a/manage.py", "serve", "--x", "--"], true],
  [withArgs("tools/run.py"), [PY, "-s", "/a/tools/run.py", "--x", "--"], true],
  [withArgs("console:gunicorn"), [PY, "-s", "/a/bin/gunicorn", "--x", "--"], true],
  [withArgs("console:longpath"), [PY, "-s", "/a/bin/longpath", "--x", "--"], false],
];

for (const [entry, argv, needsScriptPath] of FOUND) {
  Deno.test(`findProgram makes ${argv.slice(2, 5).join(" ")} of a ${entry.kind}`, () => {
    const program = find(entry);
    assertEquals([program.executable, program.argv.slice(1)], [PY, argv.slice(1)]);
    if (entry.kind === "script") assertEquals(program.needsScriptPath, needsScriptPath);
  });
}

for (const name of ["native", "shell"]) {
  Deno.test(`findProgram executes a console script ${name} that is no Python`, () => {
    const { executable, argv } = find(withArgs(`console:${name}`, "a"));
    assertEquals([executable, argv.slice(1)], [`/a/bin/${name}`, ["a", "--x", "--"]]);
  });
}

Deno.test("findProgram calls a callable as a console script does", () => {
  const { argv } = find(withArgs("app.cli:main.run", "a"));
  assertEquals([argv[3], argv.slice(5)], ["-c", ["a", "--x", "--"]]);
  assertStringIncludes(argv[4]!, 'import_module("app.cli")');
  assertStringIncludes(argv[4]!, '"main.run".split(".")');
});

Deno.test("findProgram finds a console script in a wheel's metadata", () => {
  const { argv } = find(withArgs("console:meta"));
  assertStringIncludes(argv[4]!, 'import_module("lib.cli")');
});

for (
  const text of [
    "absent",
    "app.absent",
    "absent:main",
    "absent.py",
    "app/../x.py",
    "console:absent",
  ]
) {
  Deno.test(`findProgram refuses ${text} with ${text.includes("..") ? 64 : 127}`, async () => {
    if (text.includes("..")) await assertRefused(() => find(withArgs(text)), "USAGE", 64);
    else await assertRefused(() => find(withArgs(text)), "ENTRY_POINT_UNKNOWN", 127);
  });
}

Deno.test("findProgram starts what a layer is by itself when there is no entry point", async () => {
  const [a, b] = TREES as [TreePaths, TreePaths];
  const main = find(undefined, [a, { ...b, hasMain: true }]);
  assertEquals([main.argv, main.needsScriptPath], [[PY, "-s", "/b", "--x", "--"], true]);
  const pyz = find(undefined, [a, { ...b, pyz: "/b/app.pyz" }]);
  assertEquals([pyz.argv, pyz.needsScriptPath], [[PY, "-s", "/b/app.pyz", "--x", "--"], true]);
  await assertRefused(() => find(undefined), "ENTRY_POINT_UNKNOWN", 127);
});

Deno.test("findProgram names the places where it looked", async () => {
  const error = await assertRefused(() => find(withArgs("absent")), "ENTRY_POINT_UNKNOWN", 127);
  assert(error.text.why.includes("/a, /b"), error.text.why);
});

Deno.test("findProgram passes default arguments only where the caller gives none", () => {
  const entry = { ...withArgs("app.cli", "serve"), defaultArgs: ["--port", "80"] };
  assertEquals(find(entry, TREES, []).argv, [
    PY,
    "-s",
    "-P",
    "-m",
    "app.cli",
    "serve",
    "--port",
    "80",
  ]);
  assertEquals(find(entry, TREES, ["--x"]).argv, [PY, "-s", "-P", "-m", "app.cli", "serve", "--x"]);
});

const ENVIRONMENT: FakeFiles = {
  ...FILES,
  "/env/bin/gunicorn": SCRIPT_HEADER + "import sys\n",
  "/env/bin/native": "\x7fELF",
  "/env/bin/started": "#!/bin/sh\nf=$0\n",
};

/** In an environment: which interpreter is started, and with which options. */
const IN_ENVIRONMENT: [text: string, isolation: Isolation, argv: string[]][] = [
  ["app.cli", "hermetic", ["/env/bin/python", "-P", "-m", "app.cli"]],
  ["app.cli", "shared", ["/env/bin/python", "-s", "-P", "-m", "app.cli"]],
  ["manage.py", "hermetic", ["/env/bin/python", "/a/manage.py"]],
  ["console:gunicorn", "hermetic", ["/env/bin/python", "/env/bin/gunicorn"]],
  ["console:native", "shared", ["/env/bin/native"]],
];

for (const [text, isolation, argv] of IN_ENVIRONMENT) {
  Deno.test(`findProgram starts ${text} by the environment's interpreter (${isolation})`, () => {
    const input = { args: [], trees: TREES, python: pythonInfo(), name: "hello" };
    const entry = parseEntryText(text);
    const program = findProgram(
      { ...input, entry, isolation, path: "/env" },
      new FakeFs(ENVIRONMENT),
    );
    assertEquals([program.executable, program.argv], [argv[0], argv]);
  });
}

Deno.test("findProgram passes no -P to a Python that does not know it", () => {
  const python = { ...pythonInfo(), version: { major: 3, minor: 10, micro: 0 } };
  const input = { args: [], trees: TREES, python, name: "x", isolation: "hermetic" as const };
  const { argv } = findProgram(
    { ...input, entry: parseEntryText("lib"), path: "/env" },
    new FakeFs(ENVIRONMENT),
  );
  assertEquals(argv, ["/env/bin/python", "-m", "lib"]);
});
