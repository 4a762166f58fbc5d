import { assertEquals, assertStringIncludes } from "@std/assert";
import { command } from "../support/command.ts";
import { PYTHON, python } from "../support/python.ts";
import { exists } from "../support/kept.ts";
import { Sandbox } from "../support/sandbox.ts";

/** Says what a process sees; children of every kind must see the same. */
const SEES = `
import json, multiprocessing, os, subprocess, sys
def sees():
    import added, coded
    custom = sys.modules.get("sitecustomize")
    return {"path": [p for p in sys.path if "/trees/" in p or "sitecustomize" in p or p.endswith("/shared")], "coded": coded.COUNT,
        "added": added.__file__, "custom": custom and custom.__file__}
def main():
    seen = {"self": sees()}
    for method in ("spawn", "forkserver", "fork"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            seen[method] = pool.apply(sees)
    code = "import json, sees; print(json.dumps(sees.sees()))"
    seen["child"] = json.loads(subprocess.check_output([sys.executable, "-c", code]))
    print(json.dumps(seen))
`;

/** A layer with a path line, a code line and a broken one; hidden files are none of it (PEP 829). */
const LAYER = {
  "sees.py": SEES,
  "paths.pth": "# comment\nsrc\nabsent\n",
  "src/added.py": "",
  "code.pth": "import coded; coded.COUNT += 1\n",
  "coded.py": "COUNT = 0\n",
};

const START = { entrypoint: { callable: "sees:main" } };

async function sees(sandbox: Sandbox, app: string) {
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", app]);
  assertEquals([code, stderr.replace(/^edgeboot: .*\n/gm, "")], [0, ""]);
  return JSON.parse(stdout);
}

Deno.test("edgeboot run processes .pth files once and in every child when a layer has some", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("pth", LAYER, START);
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  const seen = await sees(sandbox, "pth");
  for (const who of ["self", "spawn", "forkserver", "fork", "child"]) {
    assertEquals(seen[who].path, [tree, `${tree}/src`], who);
    assertEquals([seen[who].coded, seen[who].added], [1, `${tree}/src/added.py`], who);
  }
});

Deno.test("edgeboot run puts nothing but the layers on PYTHONPATH when no layer has a .pth file", async () => {
  await using sandbox = await Sandbox.create();
  const text = "import os; print(os.environ['PYTHONPATH'])";
  const { sha256 } = await sandbox.publish("plain", { "plain.py": text, ".hidden.pth": "x" }, {
    entrypoint: { module: "plain" },
  });
  const { stdout, stderr } = await sandbox.edgeboot(["run", "plain"]);
  assertEquals(stdout, `${sandbox.cache}/v1/trees/sha256/${sha256}\n`, stderr);
});

Deno.test("edgeboot run runs a layer's own sitecustomize after the .pth files when it has both", async () => {
  await using sandbox = await Sandbox.create();
  const files = { ...LAYER, "sitecustomize.py": "import added, coded\nSAW = coded.COUNT\n" };
  const { sha256 } = await sandbox.publish("custom", files, START);
  const seen = await sees(sandbox, "custom");
  // As in a virtual environment: the standard library's own comes first, where it has one (Debian).
  const ask = "import sys; print(getattr(sys.modules.get('sitecustomize'), '__file__', ''))";
  const own = `${sandbox.cache}/v1/trees/sha256/${sha256}/sitecustomize.py`;
  const file = (await python(ask)).trim() || own;
  assertEquals(
    ["self", "spawn", "forkserver", "child"].map((who) => seen[who].custom),
    [file, file, file, file],
  );
});

Deno.test("edgeboot run says what Python says when the next sitecustomize fails", async () => {
  await using sandbox = await Sandbox.create();
  const files = { "sitecustomize.py": "import missing_module\n", "a.pth": "", "m.py": "print(1)" };
  await sandbox.publish("fails", files, { entrypoint: { module: "m" } });
  const { stdout, stderr } = await sandbox.edgeboot(["run", "fails"]);
  const venv = sandbox.path("venv");
  await command(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  await sandbox.write(`venv/lib/python${PYTHON.version}/site-packages`, files);
  const direct = await command(`${venv}/bin/python`, ["-m", "m"]);
  assertEquals(stdout, "1\n");
  assertStringIncludes(stderr, direct.stderr.trim());
});

Deno.test("edgeboot run leaves .pth files of an inherited PYTHONPATH alone", async () => {
  await using sandbox = await Sandbox.create();
  const foreign = await sandbox.write("foreign", { "f.pth": "import sys; sys.foreign = 1\n" });
  await sandbox.publish("own", {
    "own.pth": "import sys; sys.own = 1\n",
    "m.py": "import sys; print(sys.own, hasattr(sys, 'foreign'), sys.argv[1] in sys.path)",
  }, { entrypoint: { module: "m" } });
  const { stdout, stderr } = await sandbox.edgeboot(
    ["run", "--inherit-pythonpath", "own", foreign],
    { env: { PYTHONPATH: foreign } },
  );
  assertEquals(stdout, "1 False True\n", stderr);
});

Deno.test("edgeboot run hides the base image's packages from every process when the isolation is hermetic", async () => {
  await using sandbox = await Sandbox.create();
  const text = `
import json, subprocess, sys
def paths():
    return [p for p in sys.path if p.endswith(("-packages", "/local")) and "/environments/" not in p]
def main():
    code = "import json, m; print(json.dumps(m.paths()))"
    child = json.loads(subprocess.check_output([sys.executable, "-c", code]))
    import email, ssl, ctypes
    print(json.dumps([paths(), child]))
`;
  const start = { entrypoint: { callable: "m:main" } };
  await sandbox.publish("hidden", { "m.py": text }, { ...start, isolation: "hermetic" });
  await sandbox.publish("shared", { "m.py": text }, { ...start, isolation: "shared" });
  const hidden = await sandbox.edgeboot(["run", "hidden"]);
  assertEquals(hidden.stdout, "[[], []]\n", hidden.stderr);
  const shared = await sandbox.edgeboot(["run", "shared"]);
  assertEquals(JSON.parse(shared.stdout)[0].length > 0, true, "nothing to hide on this machine");
});

Deno.test("edgeboot fetch prepares a cache from which .pth files work when it is read-only later", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("pth", LAYER, START);
  await sandbox.edgeboot(["fetch", "pth"]);
  const environments = `${sandbox.cache}/v1/environments`;
  assertEquals([...Deno.readDirSync(environments)].length, 1);
  assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/work`)], []);
  await sandbox.edgeboot(["run", "pth"]);
  assertEquals([...Deno.readDirSync(environments)].length, 1, "it was made once more");
});

Deno.test("edgeboot fetch runs nothing of a layer when it composes and compiles", async () => {
  await using sandbox = await Sandbox.create();
  const ran = `${sandbox.cache}-ran`;
  const files = {
    "code.pth": `import os; open(${JSON.stringify(ran)}, "a").close()\n`,
    "sitecustomize.py": `open(${JSON.stringify(ran)}, "a").close()\n`,
    "m.py": "import _edgeboot; print(_edgeboot.__cached__)\n",
  };
  await sandbox.publish("idle", files, { entrypoint: { module: "m" } });
  const fetched = await sandbox.edgeboot(["fetch", "idle"]);
  assertEquals([fetched.code, exists(ran)], [0, false], fetched.stderr);
  const { stdout, stderr } = await sandbox.edgeboot(["run", "idle"]);
  // What the start imports of ours was compiled all the same.
  const { mtime } = await Deno.stat(stdout.trim());
  assertEquals(mtime! < (await Deno.stat(ran)).birthtime!, true, stderr);
});
