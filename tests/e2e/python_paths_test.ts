import { assertEquals, assertStringIncludes } from "@std/assert";
import { PYTHON } from "./support/python.ts";
import { assertText } from "./support/refusal.ts";
import { type Files, Sandbox } from "./support/sandbox.ts";

const APP = "import sys, os\nprint(os.environ.get('PYTHONPATH', ''))\n";
const site = `lib/python${PYTHON.version}/site-packages`;
const [major, minor] = PYTHON.version.split(".").map(Number);
const other = `python${major}.${minor! + 1}`;

/** Where the app lies in the archive, and the import roots that are found, relative to the tree. */
const TABLE: readonly (readonly [string, Files, readonly string[]])[] = [
  ["modules are at the root", { "web.py": APP }, [""]],
  ["packages are at the root", { "web/__main__.py": APP, "bin/x": "" }, [""]],
  ["packages are in site-packages", { "site-packages/web.py": APP }, ["/site-packages"]],
  ["it is a prefix", { [`${site}/web.py`]: APP, "bin/x": "" }, [`/${site}`]],
  [
    "it is a prefix of Debian's Python",
    {
      [`local/${site.replace("site-", "dist-")}/web.py`]: APP,
      "local/bin/x": "",
      "local/share/x": "",
    },
    [`/local/${site.replace("site-", "dist-")}`],
  ],
  [
    "it is a virtual environment with another's lib beside",
    { [`${site}/web.py`]: APP, [`lib/${other}/site-packages/web.py`]: "x" },
    [`/${site}`],
  ],
  [
    "code lies beside .venv",
    { "web.py": APP, [`.venv/${site}/dep.py`]: "", ".venv/pyvenv.cfg": "home = /usr/bin\n" },
    ["", `/.venv/${site}`],
  ],
  ["code lies beside venv", { "web.py": APP, [`venv/${site}/dep.py`]: "" }, ["", `/venv/${site}`]],
  ["code lies beside env", { "web.py": APP, [`env/${site}/dep.py`]: "" }, ["", `/env/${site}`]],
  [
    "code lies beside site-packages",
    { "web.py": APP, "site-packages/dep.py": "" },
    ["", "/site-packages"],
  ],
  ["it is a layer of AWS Lambda", { "python/web.py": APP, "python/bin/x": "" }, ["/python"]],
  [
    "it is a layer of AWS Lambda that was installed",
    { "python/web.py": APP, [`python/${site}/dep.py`]: "" },
    ["/python", `/python/${site}`],
  ],
  [
    "it is a project with src",
    { "src/web/__main__.py": APP, "src/web/__init__.py": "", "pyproject.toml": "" },
    ["", "/src"],
  ],
];

for (const [how, files, roots] of TABLE) {
  Deno.test(`edgeboot run finds the import roots of a layer when ${how}`, async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("web", files, { entrypoint: { module: "web" } });
    const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
    assertEquals(code, 0, stderr);
    const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
    // What is a site-packages itself, or a dist-packages, is part of the environment's.
    const own = roots.filter((root) => !/(?:site|dist)-packages$/.test(root));
    assertEquals(stdout.trim(), own.map((root) => tree + root).join(":"));
  });
}

Deno.test("edgeboot run takes python_paths as they are when a layer states them", async () => {
  await using sandbox = await Sandbox.create();
  const files = { "src/web.py": APP, "vendor/dep.py": "", [`.venv/${site}/x.py`]: "" };
  const { sha256 } = await sandbox.blob(await sandbox.archive(files));
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1" },
    layers: [{ sha256, python_paths: ["vendor", "./src/"] }],
    entrypoint: { module: "web" },
  });
  const { stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  assertEquals(stdout.trim(), `${tree}/vendor:${tree}/src`, stderr);
});

for (const prefix of ["", ".venv/"]) {
  const place = prefix === "" ? "is" : "has a .venv that is";
  Deno.test(`edgeboot run refuses with 78 when a layer ${place} made for another Python`, async () => {
    await using sandbox = await Sandbox.create();
    const files = { [`${prefix}lib/${other}/site-packages/web.py`]: APP };
    await sandbox.publish("web", files, { entrypoint: { module: "web" } });
    const says = new RegExp(`environment for ${other}, and this is python${PYTHON.version}\\b`);
    const refusal = { exit: 78, code: "VARIANT_UNFIT", says };
    assertText(await sandbox.edgeboot(["run", "web"]), refusal);
    assertText(await sandbox.edgeboot(["run", "web"]), refusal);
  });
}

Deno.test("edgeboot run lets an earlier layer win when two have the same module", async () => {
  await using sandbox = await Sandbox.create();
  const layer = async (files: Files) => await sandbox.blob(await sandbox.archive(files));
  const { sha256: first } = await layer({ "who.py": "NAME = 'first'\n", "ns/a.py": "" });
  const { sha256: second } = await layer({
    ...{ "who.py": "NAME = 'second'\n", "ns/b.py": "" },
    "web.py": "import who, ns.a, ns.b\nprint(who.NAME, len(list(ns.__path__)))\n",
  });
  for (const [order, name] of [[[first, second], "first"], [[second, first], "second"]] as const) {
    await sandbox.release("web", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "web", version: name },
      layers: order.map((sha256) => ({ sha256 })),
      entrypoint: { module: "web" },
    });
    const { stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
    assertEquals(stdout, `${name} 2\n`, stderr);
  }
});

/** Messages are wrapped to lines. */
const unwrapped = (text: string) => text.replace(/\s+/g, " ");

Deno.test("edgeboot run takes --python-path for the import roots of a bundle", async () => {
  await using sandbox = await Sandbox.create();
  const archive = await sandbox.archive({ "app/web.py": APP, "vendor/dep.py": "" });
  const { sha256 } = await sandbox.blob(archive);
  const bundle = `${sandbox.registry}/blobs/sha256/${sha256}`;
  const run = (...flags: string[]) =>
    sandbox.edgeboot(["run", "--bundle", bundle, "--sha256", sha256, "--entry", "web", ...flags]);
  const { stdout, stderr } = await run("--python-path", "vendor", "--python-path", "app");
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  assertEquals(stdout.trim(), `${tree}/vendor:${tree}/app`, stderr);
  const without = await run();
  assertEquals(without.code, 127);
  assertStringIncludes(unwrapped(without.stderr), "--python-path app");
  assertEquals((await run("--python-path", "../x")).code, 64);
});

Deno.test("edgeboot run names the folder that an archive has too many", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("web", { "shopapp/shop/main.py": APP }, {
    entrypoint: { module: "shop.main" },
  });
  const { code, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals(code, 127);
  assertStringIncludes(
    unwrapped(stderr),
    "shopapp/shop is there: was the archive made one level too high?",
  );
  assertStringIncludes(unwrapped(stderr), '"python_paths": ["shopapp"]');
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "2" },
    layers: [{ sha256, python_paths: ["shopapp"] }],
    entrypoint: { module: "shop.main" },
  });
  assertEquals((await sandbox.edgeboot(["run", "web"])).code, 0);
});

Deno.test("edgeboot fetch and the first start warn of an editable install, and no start after it", async () => {
  await using sandbox = await Sandbox.create();
  const files = { "web.py": APP, "__editable__.shop-1.0.pth": "/nowhere/shop/src\n" };
  await sandbox.publish("web", files, { entrypoint: { module: "web" } });
  const fetched = await sandbox.edgeboot(["fetch", "web"]);
  assertStringIncludes(unwrapped(fetched.stderr), "leads to /nowhere/shop/src");
  const first = await sandbox.edgeboot(["run", "web"]);
  assertEquals(first.code, 0, first.stderr);
  assertStringIncludes(
    unwrapped(first.stderr),
    "__editable__.shop-1.0.pth leads to /nowhere/shop/src",
  );
  const second = await sandbox.edgeboot(["run", "web"]);
  assertEquals([second.code, second.stderr], [0, ""]);
});

Deno.test("edgeboot run says where an entry point leads to that only an editable install has", async () => {
  await using sandbox = await Sandbox.create();
  const files = { "other.py": "", "__editable__.shop-1.0.pth": "/nowhere/shop/src\n" };
  await sandbox.publish("web", files, { entrypoint: { console_script: "shop" } });
  const { code, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals(code, 127);
  assertStringIncludes(unwrapped(stderr), "leads to /nowhere/shop/src, which is no part of the");
});

Deno.test("edgeboot run finds dependencies in the folder that was packed in place of its content", async () => {
  await using sandbox = await Sandbox.create();
  const layer = async (kind: string, files: Files) => ({
    kind,
    sha256: (await sandbox.blob(await sandbox.archive(files))).sha256,
  });
  const main = "import dep, importlib.metadata as m, subprocess\nprint(m.version('dep'))\n" +
    "print(subprocess.run(['tool'], capture_output=True, text=True).stdout, end='')\n";
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", entrypoint: { module: "web" } },
    layers: [
      await layer("app", { "web.py": main }),
      await layer("deps", {
        "build/dep.py": "",
        "build/dep-1.5.dist-info/METADATA": "Metadata-Version: 2.1\nName: dep\nVersion: 1.5\n",
        "build/bin/tool": "#!/usr/bin/python3\nimport dep\nprint('tool')\n",
      }),
    ],
  });
  const { stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals(stdout, "1.5\ntool\n", stderr);
});

Deno.test("edgeboot run names the folder where imports begin, however far below", async () => {
  await using sandbox = await Sandbox.create();
  const files = { "repo-main/README": "", "repo-main/backend/src/shop/__init__.py": "" };
  await sandbox.publish("web", files, { entrypoint: { module: "shop" } });
  const { code, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals(code, 127);
  assertStringIncludes(unwrapped(stderr), '"python_paths": ["repo-main/backend/src"]');
});
