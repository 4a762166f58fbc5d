import { assert, assertEquals } from "@std/assert";
import { e2e } from "../support/e2e.ts";
import { anotherPython } from "../support/interpreters.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const FILES = {
  "m/__init__.py": "",
  "m/__main__.py": "import m.one; print(m.one.__file__)",
  "m/one.py": "X = 1",
  "m/sub/two.py": "Y = 2",
  "templates/page.py": "def {{ name }}(): pass",
  "m/na\u00efve.py": "",
};
const START = { entrypoint: { module: "m" } };
const TAG = `cpython-${PYTHON.tag.slice(2)}`;

interface Published {
  readonly sandbox: Sandbox;
  readonly tree: string;
  readonly bytecode: string;
}

async function published(kind?: "deps"): Promise<Published> {
  const sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("m", FILES, START, "tar");
  if (kind !== undefined) {
    const path = `${sandbox.registry}/apps/m/stable.json`;
    const release = JSON.parse(Deno.readTextFileSync(path));
    release.layers[0].kind = kind;
    Deno.writeTextFileSync(path, JSON.stringify(release));
  }
  const v1 = `${sandbox.cache}/v1`;
  const bytecode = `${v1}/bytecode/sha256/${sha256}/${kind === "deps" ? "root" : "app"}`;
  return { sandbox, tree: `${v1}/trees/sha256/${sha256}`, bytecode };
}

/** Paths of all bytecode below a directory. */
function compiled(top: string): string[] {
  const found: string[] = [];
  const walk = (path: string) => {
    for (const entry of Deno.readDirSync(path)) {
      if (entry.isDirectory) walk(`${path}/${entry.name}`);
      else if (entry.name.endsWith(".pyc")) found.push(`${path}/${entry.name}`);
    }
  };
  try {
    walk(top);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.map((path) => path.slice(top.length + 1)).toSorted();
}

const pyc = (names: readonly string[]) => names.map((name) => `${name}.${TAG}.pyc`).toSorted();
const ALL = pyc(["m/__init__", "m/__main__", "m/na\u00efve", "m/one", "m/sub/two"]);
/** What the first start has imported. */
const IMPORTED = pyc(["m/__init__", "m/__main__", "m/one"]);

/** What is asked for, on which occasion, and what there is afterwards. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["auto", "fetch", ALL],
  ["auto", "run", IMPORTED],
  ["always", "run", ALL],
  ["never", "fetch", []],
  ["never", "run", IMPORTED],
];

for (const [setting, command, expected] of CASES) {
  for (const kind of ["deps", undefined] as const) {
    Deno.test(`edgeboot ${command} leaves ${expected.length} files of bytecode of a layer ${kind ?? "of no kind"}, none of them in its tree, when --compile-bytecode is ${setting}`, async () => {
      const { sandbox, tree, bytecode } = await published(kind);
      await using _ = sandbox;
      const ended = await sandbox.edgeboot([command, "--compile-bytecode", setting, "m"]);
      assertEquals(ended.code, 0, ended.stderr);
      assertEquals(compiled(bytecode), expected);
      assertEquals(compiled(tree), []);
      const { stdout } = await sandbox.edgeboot(["verify", "--json"]);
      assert(!stdout.includes("damaged"), stdout);
    });
  }
}

for (const kind of ["deps", undefined] as const) {
  Deno.test(`edgeboot run takes what fetch has compiled, without a look at the source's text (${kind})`, async () => {
    const { sandbox, bytecode } = await published(kind);
    await using _ = sandbox;
    await sandbox.edgeboot(["fetch", "m"]);
    const env = { PYTHONVERBOSE: "1" };
    const { stdout, stderr } = await sandbox.edgeboot(["run", "m"], { env });
    assert(stderr.includes(`matches ${stdout.trim()}`), stderr);
    assertEquals(/# wrote .*\/m\//.test(stderr), false);
    assertEquals(compiled(bytecode), ALL);
  });
}

Deno.test("edgeboot run takes what the first start has left, for the next release of the app, too", async () => {
  const { sandbox, tree } = await published("deps");
  await using _ = sandbox;
  await sandbox.edgeboot(["run", "m"]);
  const path = `${sandbox.registry}/apps/m/stable.json`;
  const release = JSON.parse(Deno.readTextFileSync(path));
  const other = await sandbox.publish("other", { "other.py": "" }, START, "tar");
  release.version = "2";
  release.layers.unshift({ kind: "app", sha256: other.sha256 });
  Deno.writeTextFileSync(path, JSON.stringify(release));
  const env = { PYTHONVERBOSE: "1" };
  const { code, stderr } = await sandbox.edgeboot(["run", "m"], { env });
  assertEquals(code, 0, stderr);
  assertEquals(/# wrote .*\/m\//.test(stderr), false, "it was compiled anew");
  assertEquals(compiled(tree), []);
});

for (const command of ["fetch", "run"]) {
  Deno.test(`edgeboot ${command} leaves the bytecode of what every start imports, also without dependencies`, async () => {
    const { sandbox } = await published();
    await using _ = sandbox;
    await sandbox.edgeboot([command, "m"]);
    const environment = (await sandbox.edgeboot(["env", "m"])).stdout.trim();
    const site = `${environment}/lib/python${PYTHON.version}/site-packages`;
    assertEquals(compiled(site), pyc(["__pycache__/_edgeboot"]));
  });
}

e2e(
  "edgeboot run keeps bytecode of several Pythons side by side",
  anotherPython === undefined ? "there is only one Python here" : undefined,
  async () => {
    const { sandbox, bytecode, tree } = await published("deps");
    await using _ = sandbox;
    await sandbox.edgeboot(["fetch", "m"]);
    const args = ["run", "--compile-bytecode", "always", "--python", anotherPython!, "m"];
    const { code, stderr } = await sandbox.edgeboot(args);
    assertEquals(code, 0, stderr);
    assertEquals(compiled(bytecode).length, 2 * ALL.length);
    assertEquals(compiled(tree), []);
  },
);
