import { assertEquals, assertStringIncludes } from "@std/assert";
import { download, filesIn } from "../archives/pypi.ts";
import { e2e } from "../support/e2e.ts";
import { BINARY } from "../support/binary.ts";
import { command, output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";
import { wheelOfAllSchemes } from "./wheel_installs.ts";

/** Messages are wrapped to lines. */
const unwrapped = (text: string) => text.replace(/\s+/g, " ");

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** A release of wheels as they are, and of one module of an app where that is given. */
async function publish(
  sandbox: Sandbox,
  wheels: readonly string[],
  { module, name = nameOf }: { module?: string; name?: (path: string) => string } = {},
): Promise<void> {
  const layers: object[] = [];
  if (module !== undefined) {
    const { sha256 } = await sandbox.blob(await sandbox.archive({ "web.py": module }));
    layers.push({ kind: "app", sha256 });
  }
  for (const wheel of wheels) {
    const { sha256, size } = await sandbox.blob(wheel);
    layers.push({ kind: "wheel", sha256, size, name: name(wheel) });
  }
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", layers },
    entrypoints: { default: { module: "web" }, demo: { console_script: "demo" } },
  });
}

const ASK = `
import sys, plat, pure, demo
from importlib.metadata import distribution, entry_points
found = distribution("demo.all")
names = sorted(e.name for e in found.entry_points if e.group == "console_scripts")
print(plat.x, found.version, names)
`;

Deno.test("edgeboot run imports of a wheel layer what every scheme has", async () => {
  await using sandbox = await Sandbox.create();
  const wheel = await wheelOfAllSchemes(sandbox.path("files"));
  await publish(sandbox, [wheel], { module: ASK });
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals([code, stdout], [0, "1 1.0 ['demo']\n"], stderr);
  const script = await sandbox.edgeboot(["run", "--entry", "demo", "web"]);
  assertEquals([script.code, script.stdout], [0, "demo\n"], script.stderr);
});

Deno.test("edgeboot inspect names the file of a wheel layer", async () => {
  await using sandbox = await Sandbox.create();
  const wheel = await wheelOfAllSchemes(sandbox.path("files"));
  await publish(sandbox, [wheel]);
  const { stdout } = await sandbox.edgeboot(["inspect", "web"]);
  assertStringIncludes(stdout, "Demo_All-1.0-py3-none-any.whl");
});

Deno.test("edgeboot run refuses with 65 a wheel layer whose name is no wheel's", async () => {
  await using sandbox = await Sandbox.create();
  const wheel = await wheelOfAllSchemes(sandbox.path("files"));
  await publish(sandbox, [wheel], { name: () => "demo-1.0.tar.gz" });
  const { code, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals(code, 65);
  assertStringIncludes(unwrapped(stderr), "layers[0].name");
});

Deno.test("edgeboot run refuses with 78 a wheel of other tags before it fetches any layer", async () => {
  await using sandbox = await Sandbox.create();
  const wheel = await wheelOfAllSchemes(sandbox.path("files"));
  const other = `Demo_All-1.0-cp30-cp30-linux_${PYTHON.machine}.whl`;
  await publish(sandbox, [wheel], { module: ASK, name: () => other });
  const { code, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals(code, 78);
  assertStringIncludes(unwrapped(stderr), `${other} does not fit: it is built for cp30-cp30`);
  assertStringIncludes(unwrapped(stderr), "nothing was downloaded");
});

/** Writes a wheel of one file. */
const SMALL_WHEEL = `
import base64, hashlib, sys, zipfile
path, project, name, text = sys.argv[1:]
info = project + "-1.dist-info/"
files = {name: text, info + "METADATA": "Metadata-Version: 2.1\\nName: %s\\nVersion: 1\\n" % project,
    info + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
lines = [name + ",sha256=" + base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).rstrip(b"=").decode()
    + ",%d" % len(body) for name, body in files.items()]
files[info + "RECORD"] = "\\n".join([*lines, info + "RECORD,,", ""])
with zipfile.ZipFile(path, "w") as archive:
    for name, body in files.items():
        archive.writestr(name, body)
`;

Deno.test("edgeboot run names the file that two wheels have, and installs that of the first", async () => {
  await using sandbox = await Sandbox.create();
  const wheels = ["one", "two"].map((name) => sandbox.path(`${name}-1-py3-none-any.whl`));
  for (const [index, name] of ["one", "two"].entries()) {
    await output(PYTHON.path, [
      "-c",
      SMALL_WHEEL,
      wheels[index]!,
      name,
      "shared.py",
      `NAME = "${name}"\n`,
    ]);
  }
  await publish(sandbox, wheels, { module: "import shared; print(shared.NAME)" });
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals([code, stdout], [0, "one\n"], stderr);
  assertStringIncludes(
    unwrapped(stderr),
    "site-packages/shared.py of two-1-py3-none-any.whl, in whose place is that of one-1-py3-none-any.whl",
  );
});

const USAGE = `#!python -u
# -*- coding: utf-8 -*-
"""Usage: tool"""
from __future__ import annotations
import sys
def f(x: NotThere): pass
print(__doc__, sys.argv[1:], sys.prefix != sys.base_prefix, sys.stdout.line_buffering)
`;

Deno.test("a script of a wheel keeps its docstring and what may only stand behind that", async () => {
  await using sandbox = await Sandbox.create();
  const wheel = sandbox.path("tool-1-py3-none-any.whl");
  await output(PYTHON.path, ["-c", SMALL_WHEEL, wheel, "tool", "tool-1.data/scripts/tool", USAGE]);
  await publish(sandbox, [wheel], { module: "" });
  const environment = (await sandbox.edgeboot(["env", "web"])).stdout.trim();
  for (const [program, ...args] of [[BINARY, "exec", "web", "tool"], [`${environment}/bin/tool`]]) {
    const options = { clearEnv: true, env: sandbox.environment() };
    const { stdout, stderr } = await command(program!, [...args, "a b"], options);
    assertEquals(stdout, "Usage: tool ['a b'] True False\n", stderr);
  }
});

const PINS = ["numpy==2.4.6", "uvicorn==0.54.0", "click==8.5.1", "h11==0.16.0"];
const REAL = `
import numpy, uvicorn, click, h11
print(int(numpy.arange(4).sum()), uvicorn.__version__, h11.__version__)
`;

const real = await tryDownload();
e2e("edgeboot run starts an app of real wheels as they are", real.missing, async () => {
  await using sandbox = await Sandbox.create();
  await publish(sandbox, real.files!, { module: REAL });
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals([code, stdout], [0, "6 0.54.0 0.16.0\n"], stderr);
  const version = await sandbox.edgeboot(["exec", "web", "uvicorn", "--version"]);
  assertStringIncludes(version.stdout, "Running uvicorn 0.54.0", version.stderr);
});

async function tryDownload(): Promise<{ files?: string[]; missing?: string }> {
  if (PYTHON.tag !== "cp311" || PYTHON.machine !== "x86_64") {
    return { missing: `the wheels are those of cp311 on x86_64, this is ${PYTHON.tag}` };
  }
  try {
    return { files: filesIn(await download("wheel", PINS)) };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}
