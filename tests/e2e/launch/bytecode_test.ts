import { assertEquals, assertStringIncludes } from "@std/assert";
import { e2e } from "../support/e2e.ts";
import { anotherPython } from "../support/interpreters.ts";
import { PYTHON, python } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const FILES = {
  "m/__init__.py": "",
  "m/__main__.py": "from m import one; print(one.__cached__)",
  "m/one.py": "X = 1",
  "m/sub/two.py": "Y = 2",
  "templates/page.py": "def {{ name }}(): pass",
  "m/na\u00efve.py": "",
};
const START = { entrypoint: { module: "m" } };
const TAG = `cpython-${PYTHON.tag.slice(2)}`;

async function published(kind?: "deps"): Promise<{ sandbox: Sandbox; tree: string }> {
  const sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("m", FILES, START, "tar");
  if (kind !== undefined) {
    const path = `${sandbox.registry}/apps/m/stable.json`;
    const release = JSON.parse(Deno.readTextFileSync(path));
    release.layers[0].kind = kind;
    Deno.writeTextFileSync(path, JSON.stringify(release));
  }
  return { sandbox, tree: `${sandbox.cache}/v1/trees/sha256/${sha256}` };
}

function bytecode(tree: string): string[] {
  const found: string[] = [];
  const walk = (path: string) => {
    for (const entry of Deno.readDirSync(path)) {
      if (entry.isDirectory) walk(`${path}/${entry.name}`);
      else if (entry.name.endsWith(".pyc")) {
        found.push(`${path}/${entry.name}`.slice(tree.length + 1));
      }
    }
  };
  walk(tree);
  return found.toSorted();
}

const EXPECTED = ["__init__", "__main__", "na\u00efve", "one"].map((name) =>
  `m/__pycache__/${name}.${TAG}.pyc`
).concat(`m/sub/__pycache__/two.${TAG}.pyc`).toSorted();

/** What is asked for, on which occasion, and whether there is bytecode afterwards. */
const CASES: readonly (readonly [string, string, boolean, "deps"?])[] = [
  ["auto", "fetch", true, "deps"],
  ["auto", "run", false, "deps"],
  ["auto", "fetch", false],
  ["always", "fetch", true],
  ["always", "run", true],
  ["never", "fetch", false],
  ["never", "run", false],
];

for (const [setting, command, compiles, kind] of CASES) {
  Deno.test(`edgeboot ${command} ${compiles ? "compiles" : "does not compile"} a layer ${kind ?? "of no kind"} when --compile-bytecode is ${setting}`, async () => {
    const { sandbox, tree } = await published(kind);
    await using _ = sandbox;
    const ended = await sandbox.edgeboot([command, "--compile-bytecode", setting, "m"]);
    assertEquals(ended.code, 0, ended.stderr);
    assertEquals(bytecode(tree), compiles ? EXPECTED : []);
  });
}

Deno.test("edgeboot fetch writes bytecode that import takes without a look at the source", async () => {
  const { sandbox, tree } = await published("deps");
  await using _ = sandbox;
  await sandbox.edgeboot(["fetch", "m"]);
  const modes = ["m", "m/__pycache__", "m/__pycache__/one." + TAG + ".pyc"].map((path) =>
    (Deno.statSync(`${tree}/${path}`).mode! & 0o777).toString(8)
  );
  assertEquals(modes, ["555", "555", "444"]);
  const env = { PYTHONVERBOSE: "1" };
  const { stdout, stderr } = await sandbox.edgeboot(["run", "m"], { env });
  assertEquals(stdout, `${tree}/m/__pycache__/one.${TAG}.pyc\n`);
  assertStringIncludes(stderr, `matches ${tree}/m/one.py`);
  const code =
    "import sys, marshal; print(marshal.loads(open(sys.argv[1], 'rb').read()[16:]).co_filename)";
  const shown = await python(code, `${tree}/m/__pycache__/one.${TAG}.pyc`);
  assertEquals(shown, `${tree}/m/one.py\n`, "not the place where it was unpacked");
});

e2e(
  "edgeboot run starts a tree that was compiled for another Python, and leaves it as it is",
  anotherPython === undefined ? "there is only one Python here" : undefined,
  async () => {
    const { sandbox, tree } = await published("deps");
    await using _ = sandbox;
    await sandbox.edgeboot(["fetch", "m"]);
    const args = ["run", "--compile-bytecode", "always", "--python", anotherPython!, "m"];
    const { code, stderr } = await sandbox.edgeboot(args);
    assertEquals(code, 0, stderr);
    assertEquals(bytecode(tree), EXPECTED);
  },
);
