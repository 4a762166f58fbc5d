import { assertEquals, assertMatch } from "@std/assert";
import { pack } from "./support/archives.ts";
import { assertText } from "./support/refusal.ts";
import { Sandbox, sha256Of } from "./support/sandbox.ts";

const SAY = "import sys, json\n" +
  "print(json.dumps({'me': __name__, 'argv': sys.argv, 'first': sys.path[0]}))\n";
const FILES = {
  "single.py": SAY,
  "pkg/__init__.py": "",
  "pkg/__main__.py": SAY,
  "pkg/sub/mod.py": SAY,
  "pkg/calls.py": "import sys, json\n" +
    "def main():\n    print(json.dumps({'me': 'main', 'argv': sys.argv}))\n    return 7\n" +
    "class App:\n    @staticmethod\n    def start(): main()\n",
  "scripts/manage.py": "import beside\n" + SAY,
  "scripts/beside.py": "",
  // No file has that name: the import of the package makes the module, as that of six does.
  "dynamic/__init__.py": "import sys, types\n" +
    "from importlib.util import spec_from_file_location\n" +
    "made = sys.modules['dynamic.made'] = types.ModuleType('dynamic.made')\n" +
    "path = __file__.replace('dynamic/__init__', 'single')\n" +
    "made.__spec__ = spec_from_file_location('dynamic.made', path)\n" +
    "def main():\n    import json\n    print(json.dumps({'me': 'made', 'argv': sys.argv}))\n" +
    "made.main = main\n",
  "bin/tool": "#!/somewhere/else/bin/python3\n" + SAY,
  "bin/shell": '#!/bin/sh\necho "{\\"me\\": \\"sh\\", \\"argv\\": [\\"$1\\"]}"\n',
  "pkg-1.0.dist-info/entry_points.txt":
    "[gui_scripts]\nnot-me = pkg:x\n\n[console_scripts]\nmeta-tool = pkg.calls:main\n" +
    "dotted = pkg.calls:App.start [extra]\n",
};

interface Case {
  readonly name: string;
  readonly entry: object;
  readonly flag: string;
  readonly says: { readonly me: string; readonly exit?: number; readonly argv0: RegExp };
}

const CASES: readonly Case[] = [
  {
    ...{ name: "a module", entry: { module: "single" }, flag: "single" },
    says: { me: "__main__", argv0: /\/single\.py$/ },
  },
  {
    ...{ name: "a package with __main__", entry: { module: "pkg" }, flag: "pkg" },
    says: { me: "__main__", argv0: /\/pkg\/__main__\.py$/ },
  },
  {
    ...{ name: "a module of a namespace", entry: { module: "pkg.sub.mod" }, flag: "pkg.sub.mod" },
    says: { me: "__main__", argv0: /\/pkg\/sub\/mod\.py$/ },
  },
  {
    ...{ name: "a callable", entry: { callable: "pkg.calls:main" }, flag: "pkg.calls:main" },
    says: { me: "main", exit: 7, argv0: /\/(web|app)$/ },
  },
  {
    name: "an attribute of a class",
    ...{ entry: { callable: "pkg.calls:App.start" }, flag: "pkg.calls:App.start" },
    says: { me: "main", argv0: /\/(web|app)$/ },
  },
  {
    name: "a callable of a module that its package makes",
    ...{ entry: { callable: "dynamic.made:main" }, flag: "dynamic.made:main" },
    says: { me: "made", argv0: /\/(web|app)$/ },
  },
  {
    name: "a module that its package makes",
    ...{ entry: { module: "dynamic.made" }, flag: "dynamic.made" },
    says: { me: "__main__", argv0: /\/single\.py$/ },
  },
  {
    name: "a script that imports its neighbour",
    ...{ entry: { script: "scripts/manage.py" }, flag: "scripts/manage.py" },
    says: { me: "__main__", argv0: /\/scripts\/manage\.py$/ },
  },
  {
    name: "a console script of bin/ from another machine",
    ...{ entry: { console_script: "tool" }, flag: "console:tool" },
    says: { me: "__main__", argv0: /\/bin\/tool$/ },
  },
  {
    name: "a console script that is no Python",
    ...{ entry: { console_script: "shell" }, flag: "console:shell" },
    says: { me: "sh", argv0: /^pre$/ },
  },
  {
    name: "a console script of entry_points.txt alone",
    ...{ entry: { console_script: "meta-tool" }, flag: "console:meta-tool" },
    says: { me: "main", exit: 7, argv0: /\/meta-tool$/ },
  },
  {
    name: "a console script with a dotted object and extras",
    ...{ entry: { console_script: "dotted" }, flag: "console:dotted" },
    says: { me: "main", argv0: /\/dotted$/ },
  },
];

for (const { name, entry, flag, says } of CASES) {
  Deno.test(`edgeboot run starts the app when its entry point is ${name}`, async () => {
    await using sandbox = await Sandbox.create();
    const source = await sandbox.write("files/web", FILES);
    for (const script of ["tool", "shell"]) await Deno.chmod(`${source}/bin/${script}`, 0o755);
    const archive = await pack(source, sandbox.path("files/web.tar"), "tar");
    const layer = await sandbox.blob(archive);
    await sandbox.release("web", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "web", version: "1", layers: [layer] },
      entrypoints: {
        default: { ...entry, args: ["pre"] },
        "other-name": { ...entry, args: ["x"] },
      },
    });
    const user = ["--entry", "-v", "--", "--", "b c", ""];
    const check = async (args: string[], pre: string) => {
      const { code, stdout, stderr } = await sandbox.edgeboot(args);
      assertEquals(code, says.exit ?? 0, stderr);
      const { me, argv } = JSON.parse(stdout);
      assertEquals(me, says.me);
      if (me === "sh") return assertEquals(argv, [pre]);
      assertMatch(argv[0], says.argv0);
      assertEquals(argv.slice(1), pre === user[0] ? user : [pre, ...user]);
    };
    await check(["run", "web", ...user], "pre");
    await check(["run", "--entry", "other-name", "web", ...user], "x");
    await check(["run", "--entry", flag, "web", ...user], user[0]!);
    const direct = ["--bundle", archive, "--sha256", await sha256Of(archive)];
    await check(["run", ...direct, "--entry", flag, "--", ...user], user[0]!);
  });
}

Deno.test("edgeboot run starts a module of the standard library when the layers have none of that name", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, { entrypoint: { module: "http.server" } });
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web", "--help"]);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /usage: server\.py/);
});

Deno.test("edgeboot run starts __main__.py when a layer has one at its root and nothing is named", async () => {
  for (const format of ["zip", "tar.gz"] as const) {
    await using sandbox = await Sandbox.create();
    const files = { "__main__.py": "import beside\n" + SAY, "beside.py": "" };
    const { sha256 } = await sandbox.publish("web", files, {}, format);
    const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web", "-x"]);
    assertEquals(code, 0, stderr);
    const { me, argv } = JSON.parse(stdout);
    assertEquals([me, argv.slice(1)], ["__main__", ["-x"]]);
    assertMatch(argv[0], new RegExp(`^${sandbox.cache}/v1/trees/sha256/${sha256}`));
  }
});

const MISSING = ["nosuch", "pkg.nosuch", "nosuch:main", "nosuch.py", "console:nosuch"];

Deno.test("edgeboot run refuses with 127 when the entry point does not exist", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, { entrypoint: { module: "single" } });
  const refusal = {
    exit: 127,
    code: "ENTRY_POINT_UNKNOWN",
    says: /nosuch does not exist|nosuch:main|nosuch\.py/,
  };
  for (const entry of MISSING) {
    assertText(await sandbox.edgeboot(["run", "--entry", entry, "web"]), refusal);
  }
  const none = { ...refusal, says: /no entry point is known/ };
  await sandbox.publish("none", FILES);
  assertText(await sandbox.edgeboot(["run", "none"]), none);
  const several = { a: { module: "single" }, b: { module: "pkg" } };
  await sandbox.publish("several", FILES, { entrypoints: several });
  const noDefault = { ...refusal, says: /the release has a, b, and none is called "default"/ };
  assertText(await sandbox.edgeboot(["run", "several"]), noDefault);
});
