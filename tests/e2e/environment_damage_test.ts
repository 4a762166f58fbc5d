/** What becomes of an environment that has lost, or been given, something since it was made. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox } from "./support/sandbox.ts";

const SITE = `lib/python${PYTHON.version}/site-packages`;
const APP = {
  "app.py": "import sys, pkg.deep.mod\nprint(pkg.deep.mod.NAME)\n",
  "late.py": "import sys\nprint('up', flush=True)\nsys.stdin.readline()\n" +
    "import pkg.deep.mod\nprint(pkg.deep.mod.NAME)\n",
};
const DEPS = {
  "pkg/__init__.py": "",
  "pkg/deep/__init__.py": "",
  "pkg/deep/mod.py": "NAME = 'mod'\n",
  "pkg/deep/data.txt": "data\n",
  "d-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: d\nVersion: 1\n",
  "d-1.dist-info/entry_points.txt": "[console_scripts]\ntool = pkg:main\n",
};

interface Fetched {
  readonly sandbox: Sandbox;
  /** the environment's path */
  readonly path: string;
}

/** An app with dependencies, in the cache. */
async function fetched(): Promise<Fetched> {
  const sandbox = await Sandbox.create();
  const layer = async (kind: string, files: Record<string, string>) => ({
    kind,
    sha256: (await sandbox.blob(await sandbox.archive(files))).sha256,
  });
  await sandbox.release("app", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "app", version: "1" },
    entrypoints: { default: { module: "app" }, late: { module: "late" } },
    layers: [await layer("app", APP), await layer("deps", DEPS)],
  });
  const { code, stderr } = await sandbox.edgeboot(["fetch", "app"]);
  assertEquals(code, 0, stderr);
  return { sandbox, path: (await sandbox.edgeboot(["env", "app"])).stdout.trim() };
}

/** Whatever the mode of the directory. */
function change(path: string, act: (path: string) => void): void {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const { mode } = Deno.statSync(directory);
  Deno.chmodSync(directory, 0o755);
  act(path);
  Deno.chmodSync(directory, mode! & 0o7777);
}

/** As editors and installers do: another file in its place, and the tree's stays as it is. */
const replace = (text: string) => (path: string) => {
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, text);
};

const DAMAGES:
  readonly (readonly [what: string, path: string, (path: string) => void, string[]])[] = [
    ["a module far below is lost", `${SITE}/pkg/deep/mod.py`, Deno.removeSync, [
      `missing ${SITE}/pkg/deep/mod.py`,
    ]],
    ["a directory is lost", `${SITE}/pkg/deep`, (p) => Deno.removeSync(p, { recursive: true }), [
      `missing ${SITE}/pkg/deep`,
      `missing ${SITE}/pkg/deep/__init__.py`,
      `missing ${SITE}/pkg/deep/__pycache__`,
      `missing ${SITE}/pkg/deep/data.txt`,
      `missing ${SITE}/pkg/deep/mod.py`,
    ]],
    ["a module has another content", `${SITE}/pkg/deep/mod.py`, replace("NAME = 'evil'\n"), [
      `content ${SITE}/pkg/deep/mod.py`,
    ]],
    ["a script has another content", "bin/tool", replace("#!/bin/sh\n"), [
      "content bin/tool",
      "mode bin/tool",
    ]],
    ["another interpreter is linked", "bin/python3", (path) => {
      Deno.removeSync(path);
      Deno.symlinkSync("/bin/false", path);
    }, ["link bin/python3"]],
    ["its configuration is another", "pyvenv.cfg", (path) => {
      Deno.writeTextFileSync(path, "include-system-site-packages = true\n");
    }, ["content pyvenv.cfg"]],
    ["its document is lost", "edgeboot.json", Deno.removeSync, ["missing edgeboot.json"]],
    ["its record is damaged", "edgeboot-record.json", (path) => {
      Deno.chmodSync(path, 0o644);
      Deno.truncateSync(path, 100);
    }, ["content edgeboot-record.json"]],
    ["a file is a directory", `${SITE}/pkg/deep/data.txt`, (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    }, [`type ${SITE}/pkg/deep/data.txt`]],
  ];

for (const [what, where, damage, expected] of DAMAGES) {
  Deno.test(`edgeboot verify moves an environment away, and the next start makes it, when ${what}`, async () => {
    const { sandbox, path } = await fetched();
    await using _ = sandbox;
    change(`${path}/${where}`, damage);
    const { code, stdout } = await sandbox.edgeboot(["verify", "--json", "app"]);
    assertEquals(code, 65, stdout);
    const { checked } = JSON.parse(stdout);
    const found = checked.filter(({ state }: { state: string }) => state !== "sound");
    assertEquals(found.length, 1, "the trees are sound");
    const [{ kind, damage: differences, quarantine }] = found;
    assertEquals([kind, quarantine.moved.startsWith(sandbox.cache)], ["environment", true]);
    assertEquals(
      differences.map((d: { what: string; path: string }) => `${d.what} ${d.path}`).sort(),
      expected,
    );
    const run = await sandbox.edgeboot(["run", "app"]);
    assertEquals([run.stdout, run.stderr], ["mod\n", ""]);
    assertEquals((await sandbox.edgeboot(["verify", "app"])).code, 0);
    const listed = await sandbox.edgeboot(["cache", "list", "--quarantine"]);
    assertStringIncludes(listed.stdout, "ENVIRONMENT");
    await sandbox.edgeboot(["cache", "gc", "--quarantine-age", "0s"]);
    assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/quarantine`)], []);
  });
}

Deno.test("edgeboot verify finds an environment sound after starts, and bytecode that they wrote", async () => {
  const { sandbox, path } = await fetched();
  await using _ = sandbox;
  await sandbox.edgeboot(["run", "app"]);
  const { code, stdout } = await sandbox.edgeboot(["verify", "--all"]);
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, `sound      environment  ${path.slice(-64)}`);
});

Deno.test("edgeboot verify finds an environment sound whose cache was copied without its hard links", async () => {
  const { sandbox, path } = await fetched();
  await using _ = sandbox;
  const copied = sandbox.path("copied");
  const { success } = await new Deno.Command("cp", {
    args: ["-r", "--preserve=mode,timestamps,links", "--no-preserve=links", sandbox.cache, copied],
  }).output();
  assert(success);
  const inside = `${path.replace(sandbox.cache, copied)}/${SITE}/pkg/deep/mod.py`;
  assertEquals(Deno.statSync(inside).nlink, 1);
  const options = { cache: copied };
  assertEquals((await sandbox.edgeboot(["verify", "--all"], options)).code, 0);
  change(inside, (file) => {
    Deno.chmodSync(file, 0o644);
    Deno.writeTextFileSync(file, "NAME = 'evil'\n");
  });
  const { stdout } = await sandbox.edgeboot(["verify", "--all"], options);
  assertStringIncludes(stdout, `content ${SITE}/pkg/deep/mod.py`);
});

Deno.test("edgeboot verify leaves an environment in use as it is, and the next start makes another under it", async () => {
  const { sandbox, path } = await fetched();
  await using _ = sandbox;
  const app = new Deno.Command(BINARY, {
    ...{ args: ["run", "--entry", "late", "app"], env: sandbox.environment(), clearEnv: true },
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const reader = app.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "up\n");
  change(`${path}/${SITE}/pkg/deep/mod.py`, Deno.removeSync);
  change(`${path}/${SITE}/own.txt`, (file) => Deno.writeTextFileSync(file, "mine"));
  for (const time of ["first", "second"]) {
    const { code, stdout } = await sandbox.edgeboot(["verify", "app"]);
    assertEquals(code, 65, time);
    assertStringIncludes(stdout, `in use by process ${app.pid}`);
    assertStringIncludes(stdout, "the next start makes another in its place");
  }
  const gone = await sandbox.edgeboot(["cache", "gc", "--keep", "0", "--max-size", "0"]);
  assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)].length, 2, gone.stdout);
  assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "mod\n");
  const writer = app.stdin.getWriter();
  await writer.write(new TextEncoder().encode("go\n"));
  await writer.close();
  assertEquals((await reader.read()).value, "mod\n");
  await reader.cancel();
  assert((await app.status).success);
  assertEquals((await sandbox.edgeboot(["verify", "app"])).code, 0);
  const [old] = [...Deno.readDirSync(`${sandbox.cache}/v1/quarantine`)];
  const kept = `${sandbox.cache}/v1/quarantine/${old!.name}/${SITE}/own.txt`;
  assertEquals(Deno.readTextFileSync(kept), "mine", "what was added is not lost");
});

Deno.test("edgeboot verify leaves an environment to which something was added, and says so", async () => {
  const { sandbox, path } = await fetched();
  await using _ = sandbox;
  change(`${path}/${SITE}/own.py`, (file) => Deno.writeTextFileSync(file, "x = 1\n"));
  const { code, stdout } = await sandbox.edgeboot(["verify", "app"]);
  assertEquals(code, 65);
  assertStringIncludes(stdout, `extra ${SITE}/own.py`);
  assertStringIncludes(stdout, "what was added would be lost with it");
  const first = await sandbox.edgeboot(["run", "app"]);
  assertStringIncludes(first.stderr, "own.py came into its environment");
  const second = await sandbox.edgeboot(["run", "app"]);
  assertEquals([second.stdout, second.stderr], ["mod\n", ""]);
  await sandbox.edgeboot(["verify", "--force", "app"]);
  assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "mod\n");
  assertEquals((await sandbox.edgeboot(["verify", "app"])).code, 0);
});

const NOTICED: readonly (readonly [command: string, args: string[], lost: string])[] = [
  ["run", ["run", "app"], `${SITE}/pkg`],
  ["exec", ["exec", "app", "python", "-m", "app"], `${SITE}/pkg`],
  ["fetch", ["fetch", "app"], `${SITE}/pkg/deep/mod.py`],
  ["fetch", ["fetch", "app"], "bin/tool"],
];

for (const [command, args, lost] of NOTICED) {
  Deno.test(`edgeboot ${command} makes an environment anew that has lost ${lost}, and says so`, async () => {
    const { sandbox, path } = await fetched();
    await using _ = sandbox;
    await sandbox.edgeboot(["run", "app"]);
    change(`${path}/${lost}`, (each) => Deno.removeSync(each, { recursive: true }));
    const { code, stderr } = await sandbox.edgeboot(args);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, `has lost ${lost}`);
    assertEquals((await sandbox.edgeboot(["verify", "app"])).code, 0);
    const run = await sandbox.edgeboot(["run", "app"]);
    assertEquals([run.stdout, run.stderr], ["mod\n", ""]);
  });
}

for (const command of ["run", "fetch"]) {
  Deno.test(`edgeboot ${command} makes the places for bytecode that were removed`, async () => {
    const { sandbox, path } = await fetched();
    await using _ = sandbox;
    await sandbox.edgeboot(["run", "app"]);
    await Deno.remove(`${sandbox.cache}/v1/bytecode`, { recursive: true });
    await sandbox.edgeboot([command, "app"]);
    const compiled = [...Deno.readDirSync(`${path}/${SITE}/pkg/deep/__pycache__`)];
    assertEquals(compiled.map(({ name }) => name.split(".")[0]).sort(), ["__init__", "mod"]);
    assertEquals((await sandbox.edgeboot(["verify", "app"])).code, 0);
  });
}

Deno.test("edgeboot gc keeps all trees while something runs that nobody can tell what it is made of", async () => {
  const { sandbox, path } = await fetched();
  await using _ = sandbox;
  const app = new Deno.Command(`${path}/bin/python`, {
    ...{ args: ["-m", "late"], env: {}, clearEnv: true },
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const reader = app.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "up\n");
  await Deno.remove(`${path}/edgeboot.json`);
  const gc = ["cache", "gc", "--keep", "0", "--max-size", "0"];
  await sandbox.edgeboot(gc);
  const trees = () => [...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)].length;
  assertEquals(trees(), 2);
  await app.stdin.close();
  await reader.cancel();
  await app.status;
  await sandbox.edgeboot(gc);
  assertEquals(trees(), 0);
});
