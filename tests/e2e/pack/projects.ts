import { output } from "../support/command.ts";
import { kept } from "../support/kept.ts";
import { pip, PYTHON, python } from "../support/python.ts";
import type { Files } from "../support/sandbox.ts";

/** A kind of project, and how it is packed. */
export interface Project {
  readonly name: string;
  readonly files: Files;
  /** Below the project's directory; `WHEELS` is where the wheels are. */
  readonly args: readonly string[];
  /** What the app prints when it runs. */
  readonly prints: string;
  /** What is built takes the Python of the tests, as the user who runs them. */
  readonly isBuilt?: true;
}

const MAKE_WHEEL = `
import base64, hashlib, sys, zipfile
path, name, version, text = sys.argv[1:]
info = name + "-" + version + ".dist-info"
files = {name + "/__init__.py": text,
    info + "/METADATA": "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\nLicense: MIT\\n" % (name, version),
    info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
record = ""
for each, text in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    record += "%s,sha256=%s,%d\\n" % (each, digest, len(text.encode()))
files[info + "/RECORD"] = record + info + "/RECORD,,\\n"
with zipfile.ZipFile(path, "w") as wheel:
    for each, text in files.items():
        wheel.writestr(zipfile.ZipInfo(each, (2020, 1, 1, 0, 0, 0)), text)
print(hashlib.sha256(open(path, "rb").read()).hexdigest())
`;

/** A pure wheel of one package, always the same bytes. @returns its SHA-256 */
export async function makeWheel(
  directory: string,
  name: string,
  version: string,
  text: string,
): Promise<string> {
  const path = `${directory}/${name}-${version}-py3-none-any.whl`;
  return (await python(MAKE_WHEEL, path, name, version, text)).trim();
}

/** Two small wheels that projects depend on, and their digests. */
export const WHEELS = await kept("pack-wheels-2", async (path) => {
  await Deno.mkdir(path);
  const greet = await makeWheel(path, "greet", "1.0", "def greet(name): return 'hello ' + name\n");
  const shout = await makeWheel(path, "shout", "2.1", "def shout(text): return text.upper()\n");
  await Deno.writeTextFile(`${path}/digests.json`, JSON.stringify({ greet, shout }));
});
const { greet: GREET, shout: SHOUT } = JSON.parse(
  await Deno.readTextFile(`${WHEELS}/digests.json`),
);

/** Django itself, for the project that is one. */
export const DJANGO = await kept(`pack-django-${PYTHON.tag}`, async (path) => {
  await pip("download", "--only-binary", ":all:", "--dest", path, "django==4.2.16");
});

/** What builds projects is kept, so that a build asks nobody for it. */
export const BUILDERS = await kept(`pack-builders-${PYTHON.tag}`, async (path) => {
  await pip("download", "--only-binary", ":all:", "--dest", path, "setuptools==75.8.0", "wheel");
});

export const needsCompiler = await output("gcc", ["--version"]).then(
  () => undefined,
  () => "gcc is not installed",
);

const SETUPTOOLS = `[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
`;
const pyproject = (name: string, more = "") =>
  `${SETUPTOOLS}[project]\nname = "${name}"\nversion = "1.0"\n[project.scripts]\n` +
  `${name} = "${name}:main"\n${more}`;
const MAIN = "from greet import greet\nfrom shout import shout\n" +
  "def main(): print(shout(greet('you')))\n";
const url = (name: string, version: string) =>
  `https://files.example.com/${name}-${version}-py3-none-any.whl`;
const uvPackage = (name: string, version: string, sha256: string) =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\n` +
  `source = { registry = "https://index.example.com/simple" }\n` +
  `wheels = [{ url = "${url(name, version)}", hash = "sha256:${sha256}", size = 1 }]\n`;
const poetryPackage = (name: string, version: string, sha256: string) =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\noptional = false\n` +
  `python-versions = "*"\ngroups = ["main"]\n` +
  `files = [{ file = "${name}-${version}-py3-none-any.whl", hash = "sha256:${sha256}" }]\n`;

export const PROJECTS: readonly Project[] = [
  {
    name: "uv",
    files: {
      "app.py": MAIN,
      "uv.lock": `version = 1\nrequires-python = ">=3.9"\n${uvPackage("greet", "1.0", GREET)}` +
        `${uvPackage("shout", "2.1", SHOUT)}[[package]]\nname = "app"\nversion = "1.0"\n` +
        `source = { virtual = "." }\ndependencies = [{ name = "greet" }, { name = "shout" }]\n`,
    },
    args: ["--source", ".", "--lock", "uv.lock", "--wheels", "WHEELS", "--entry", "app:main"],
    prints: "HELLO YOU\n",
  },
  {
    name: "requirements",
    files: {
      "app.py": MAIN,
      "requirements.txt": `greet==1.0 --hash=sha256:${GREET}\nshout==2.1 --hash=sha256:${SHOUT}\n`,
    },
    args: [
      ...["--source", ".", "--requirements", "requirements.txt", "--wheels", "WHEELS"],
      ...["--entry", "app:main"],
    ],
    prints: "HELLO YOU\n",
  },
  {
    name: "poetry",
    files: {
      "app.py": MAIN,
      "pyproject.toml": `[tool.poetry]\nname = "app"\nversion = "1"\n` +
        `[tool.poetry.dependencies]\npython = "*"\ngreet = "1.0"\nshout = "2.1"\n`,
      "poetry.lock": `${poetryPackage("greet", "1.0", GREET)}${
        poetryPackage("shout", "2.1", SHOUT)
      }[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = "x"\n`,
    },
    args: ["--source", ".", "--lock", "poetry.lock", "--wheels", "WHEELS", "--entry", "app:main"],
    prints: "HELLO YOU\n",
  },
  {
    name: "django with static files",
    files: {
      "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site1.settings'\n" +
        "import django\ndjango.setup()\nfrom django.contrib.staticfiles import finders\n" +
        "print(open(finders.find('site1.css')).read().strip())\n",
      "site1/__init__.py": "",
      "site1/settings.py": "SECRET_KEY = 'x'\nSTATIC_URL = 'static/'\n" +
        "INSTALLED_APPS = ['django.contrib.staticfiles', 'site1']\n",
      "site1/static/site1.css": "body { color: red }\n",
    },
    args: ["--source", ".", "--wheels", DJANGO, "--entry", "manage.py"],
    prints: "body { color: red }\n",
  },
  {
    name: "src layout",
    files: {
      "pyproject.toml": pyproject("shop"),
      "src/shop/__init__.py": "def main(): print('from src')\n",
      "tests/test_shop.py": "raise SystemExit('not packed')\n",
    },
    args: ["--project", "."],
    prints: "from src\n",
    isBuilt: true,
  },
  {
    name: "namespace packages",
    files: {
      "acme/one/__init__.py": "ONE = 1\n",
      "acme/two/__init__.py": "from acme.one import ONE\ndef main(): print(ONE + 1)\n",
    },
    args: ["--source", ".", "--layers", "one", "--wheels", "WHEELS", "--entry", "acme.two:main"],
    prints: "2\n",
  },
  {
    name: "data files",
    files: {
      "pyproject.toml": pyproject("data1", `[tool.setuptools.package-data]\ndata1 = ["*.txt"]\n`),
      "data1/__init__.py": "from importlib.resources import files\n" +
        "def main(): print(files('data1').joinpath('a é.txt').read_text('utf-8').strip())\n",
      "data1/a é.txt": "grün\n",
    },
    args: ["--project", "."],
    prints: "grün\n",
    isBuilt: true,
  },
  {
    name: "extension",
    files: {
      "pyproject.toml": pyproject("ext1"),
      "setup.py": "from setuptools import Extension, setup\n" +
        "setup(ext_modules=[Extension('ext1._x', ['ext1/x.c'])])\n",
      "ext1/__init__.py": "from ext1._x import answer\ndef main(): print(answer())\n",
      "ext1/x.c": `#include <Python.h>
#include <assert.h>
static PyObject *answer(PyObject *self, PyObject *args) {
  assert(self != args);
  return PyLong_FromLong(sizeof(__FILE__) > 0 ? 42 : 0);
}
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_x", 0, -1, methods};
PyMODINIT_FUNC PyInit__x(void) { return PyModule_Create(&module); }
`,
    },
    args: ["--project", "."],
    prints: "42\n",
    isBuilt: true,
  },
  {
    name: "plain folder",
    files: {
      "tool/__init__.py": "",
      "tool/__main__.py": "from tool.text import TEXT\nprint(TEXT)\n",
      "tool/text.py": "TEXT = 'plain'\n",
      ".gitignore": "*.log\n",
      "debug.log": "not packed\n",
    },
    args: ["--source", "."],
    prints: "plain\n",
  },
  {
    name: "script",
    files: { "job.py": "import sys\nprint('job', *sys.argv[1:])\n" },
    args: ["--source", ".", "--entry", "job.py nightly"],
    prints: "job nightly\n",
  },
];
