/** What happens before the app's first line: sitecustomize of others, namespaces, .pth files. */
import { assertEquals, assertMatch } from "@std/assert";
import { ask, freePort, missingOf, TwoWays, wheelsOf } from "../support/apps.ts";
import { e2e } from "../support/e2e.ts";
import { Sandbox } from "../support/sandbox.ts";

const otel = await wheelsOf(
  "otel",
  ...["opentelemetry-distro==0.66b1", "opentelemetry-instrumentation-flask==0.66b1"],
  ...["flask==3.1.3", "gunicorn==27.0.1", "setuptools==84.2.1"],
);

const WEB = {
  "web.py": `
import sys
from flask import Flask
app = Flask(__name__)
@app.get("/")
def index():
    custom = sys.modules.get("sitecustomize")
    return "%s %s" % (type(app).__module__, custom and custom.__file__)
`,
};

e2e(
  "opentelemetry-instrument instruments a server that it finds on PATH, by its own sitecustomize",
  missingOf(otel),
  async () => {
    await using ways = await TwoWays.create(otel, WEB, {
      entrypoints: { default: { console_script: "opentelemetry-instrument" } },
    });
    const none = [
      "--traces_exporter",
      "none",
      "--metrics_exporter",
      "none",
      "--logs_exporter",
      "none",
    ];
    const answers: string[] = [];
    for (const how of ["plain", "edgeboot"] as const) {
      const port = freePort();
      const start = how === "plain"
        ? [`${ways.venv}/bin/opentelemetry-instrument`]
        : ["run", "app"];
      const served = ["gunicorn", "web:app", "--bind", `127.0.0.1:${port}`];
      const child = ways.start(how, [...start, ...none, ...served]);
      try {
        answers.push(ways.normal(await ask(`http://127.0.0.1:${port}/`)));
      } finally {
        child.kill("SIGTERM");
        await child.stderr.cancel();
        await child.status;
      }
    }
    assertEquals(answers[1], answers[0]);
    assertMatch(
      answers[0]!,
      /^opentelemetry\.instrumentation\.flask \S+\/auto_instrumentation\/sitecustom/,
    );
  },
);

/** Two halves of two namespaces: one as PEP 420 has it, one as setuptools wrote it before. */
const half = (name: string) => ({
  [`modern/${name}.py`]: `NAME = "modern ${name}"`,
  [`legacy/${name}.py`]: `NAME = "legacy ${name}"`,
  [`legacy_${name}-1-nspkg.pth`]:
    "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('legacy',));" +
    "importlib = __import__('importlib.util');__import__('importlib.machinery');" +
    "m = sys.modules.setdefault('legacy', importlib.util.module_from_spec(" +
    "importlib.machinery.PathFinder.find_spec('legacy', [os.path.dirname(p)])));" +
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n",
});

const EDITABLE = {
  "__editable___tool_1_finder.py": `
import importlib.util, os, sys
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "tool":
            file = os.path.join(os.path.dirname(__file__), "elsewhere", "tool.py")
            return importlib.util.spec_from_file_location(name, file)
def install():
    sys.meta_path.append(Finder)
`,
  "__editable__.tool-1.pth":
    "import __editable___tool_1_finder; __editable___tool_1_finder.install()\n",
  "elsewhere/tool.py": "NAME = 'tool'",
};

Deno.test("edgeboot run joins namespaces over two layers, and installs an editable's finder", async () => {
  await using sandbox = await Sandbox.create();
  const main = "import sys\nimport modern.a, modern.b, legacy.a, legacy.b, tool\n" +
    "print(modern.a.NAME, modern.b.NAME, legacy.a.NAME, legacy.b.NAME, tool.NAME, sep=', ')\n" +
    "print(len(modern.__path__), len(legacy.__path__))\n";
  const layers = [
    await sandbox.blob(await sandbox.archive({ ...half("a"), "main.py": main }, "tar")),
    await sandbox.blob(await sandbox.archive({ ...half("b"), ...EDITABLE }, "tar.gz")),
  ];
  const release = { schema: "edgeboot.release/v1", app: "ns", version: "1", layers };
  await sandbox.release("ns", "stable", { ...release, entrypoint: { module: "main" } });
  const { stdout, stderr } = await sandbox.edgeboot(["run", "ns"]);
  assertEquals(stdout, "modern a, modern b, legacy a, legacy b, tool\n2 2\n", stderr);
});

Deno.test("edgeboot run lets children find console scripts and python by name, whatever built the layer", async () => {
  await using sandbox = await Sandbox.create();
  const text = `
import shutil, subprocess, sys
def said():
    import sys
    print(sys.executable, sys.argv[0].rsplit("/", 1)[-1], *sys.argv[1:])
def main():
    for name in ("installed", "declared", "python", "program"):
        args = ["-c", "import sys; print(sys.executable, 'm' in sys.modules, *sys.argv)"] if name == "python" else []
        print(name, subprocess.check_output([name, *args, "x y", "'"]).decode().strip(), sep=": ")
`;
  const program = "#!/bin/sh\necho program $#\n";
  const directory = await sandbox.write("files/layer", {
    "m.py": text,
    "bin/installed": "#!/build/machine/venv/bin/python\nfrom m import said\nsaid()\n",
    "bin/program": program,
    "d-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: d\nVersion: 1\n",
    "d-1.dist-info/entry_points.txt": "[console_scripts]\ndeclared = m:said\nprogram = m:said\n",
  });
  for (const name of ["installed", "program"]) await Deno.chmod(`${directory}/bin/${name}`, 0o755);
  const { pack } = await import("../support/archives.ts");
  const { sha256 } = await sandbox.blob(await pack(directory, sandbox.path("files/l.tar"), "tar"));
  const release = {
    schema: "edgeboot.release/v1",
    app: "names",
    version: "1",
    layers: [{ sha256 }],
  };
  await sandbox.release("names", "stable", { ...release, entrypoint: { callable: "m:main" } });
  const { stdout, stderr } = await sandbox.edgeboot(["run", "names"]);
  const { stdout: environment } = await sandbox.edgeboot(["env", "names"]);
  const python = `${environment.trim()}/bin/python`;
  assertEquals(stdout.split("\n"), [
    `installed: ${python} installed x y '`,
    `declared: ${python} declared x y '`,
    `python: ${python} False -c x y '`,
    "program: program 2",
    "",
  ], stderr);
  const exec = await sandbox.edgeboot(["exec", "names", "installed", "z"]);
  assertEquals(exec.stdout, `${python} installed z\n`, exec.stderr);
});
