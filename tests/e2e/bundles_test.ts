import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as bundles from "./support/bundles.ts";
import { e2e } from "./support/e2e.ts";
import { exists } from "./support/kept.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox, sha256Of } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";
import { depsLayer, needsWheels, WEB_APP } from "./support/wheels.ts";

interface Form {
  readonly name: string;
  readonly missing: string | undefined;
  make(): Promise<string>;
  /** undefined: what the bundle starts by itself */
  readonly entry?: object;
  readonly entryFlag?: string;
  /** Files or directories that must be, or must not be, in the tree. */
  readonly holds?: readonly string[];
  readonly lacks?: readonly string[];
}

const CALLABLE = { entry: { callable: "shop.check:main" }, entryFlag: "shop.check:main" };
const CONSOLE = { entry: { console_script: "shop-check" }, entryFlag: "console:shop-check" };
const site = `lib/python${PYTHON.version}/site-packages`;

const FORMS: readonly Form[] = [
  ...(["zip", "tar", "tar.gz", "tar.zst"] as const).map((format) => ({
    ...{ name: `a ${format} of packages`, missing: needsWheels, ...CALLABLE },
    ...{ make: () => bundles.bundle(format), holds: ["numpy", "shop/check.py"] },
  })),
  ...(["zip", "tar.gz"] as const).map((format) => ({
    ...{ name: `a virtual environment in a ${format}`, missing: needsWheels, ...CONSOLE },
    make: () => bundles.packedVenv(format, "."),
    holds: ["bin/shop-check", `${site}/numpy`],
    lacks: ["bin/python", "bin/python3", `bin/python${PYTHON.version}`],
  })),
  {
    ...{ name: "a directory with .venv in a tar.zst", missing: needsWheels, ...CONSOLE },
    make: () => bundles.packedVenv("tar.zst", ".venv"),
    holds: [`.venv/${site}/numpy`],
    lacks: [".venv/bin/python3"],
  },
  { name: "a shiv file", missing: bundles.needsPackers, make: () => bundles.shivFile() },
  { name: "a PEX file", missing: bundles.needsPackers, make: () => bundles.pexFile() },
];

for (const form of FORMS) {
  e2e(`edgeboot run starts the web app when it comes as ${form.name}`, form.missing, async () => {
    await using sandbox = await Sandbox.create();
    await using server = new StaticServer(sandbox.registry);
    const { sha256, size } = await sandbox.blob(await form.make());
    const check = async (...args: string[]) => {
      const options = { registry: server.url, env: { PEX_ROOT: sandbox.path("tmp/pex") } };
      const ended = await sandbox.edgeboot([...args, "--", "-x", "b c"], options);
      assertEquals(ended.code, 0, ended.stderr);
      const { total, args: seen } = JSON.parse(ended.stdout);
      return { total, seen, stderr: ended.stderr };
    };

    const direct = ["--bundle", `${server.url}/blobs/sha256/${sha256}`, "--sha256", sha256];
    const entry = form.entryFlag === undefined ? [] : ["--entry", form.entryFlag];
    const cold = await check("run", ...direct, ...entry);
    assertEquals([cold.total, cold.seen], [7.75, ["-x", "b c"]]);
    assertMatch(cold.stderr, /^edgeboot: bundle .+: fetching 1 layer\b.*\nedgeboot: .+: ready in /);

    // The same bytes through a release of the short form find the tree that is there.
    await sandbox.release("shop", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "shop", version: "1" },
      layers: [{ sha256, size, url: `../../blobs/sha256/${sha256}` }],
      ...(form.entry === undefined ? {} : { entrypoint: form.entry }),
    });
    const warm = await check("run", "shop");
    assertEquals([warm.total, warm.seen.slice(-2), warm.stderr], [7.75, ["-x", "b c"], ""]);

    const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
    for (const name of form.holds ?? []) assertEquals(exists(`${tree}/${name}`), true, name);
    for (const name of form.lacks ?? []) assertEquals(exists(`${tree}/${name}`), false, name);
  });
}

e2e(
  "edgeboot run starts a stdlib zipapp above a layer of wheels when its kind is pyz",
  needsWheels,
  async () => {
    await using sandbox = await Sandbox.create();
    const source = await sandbox.write("files/app", WEB_APP);
    const deps = await sandbox.blob(await depsLayer("zip"));
    for (const shebang of [true, false]) {
      const target = sandbox.path("files", `${shebang}.pyz`);
      const app = await sandbox.blob(
        await bundles.zipapp(source, target, "shop.check:main", shebang),
      );
      await sandbox.release("shop", "stable", {
        ...{ schema: "edgeboot.release/v1", app: "shop", version: "1" },
        layers: [{ kind: "pyz", ...app }, { kind: "deps", ...deps }],
      });
      const { code, stdout, stderr } = await sandbox.edgeboot(["run", "shop", "-x"]);
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout), { total: 7.75, args: ["-x"], flags: false });
    }
  },
);

const MAIN = { "tiny.py": "import sys\ndef main(): print(sys.argv[0], *sys.argv[1:])\n" };

for (const shebang of [true, false]) {
  const kind = shebang ? "a first line for the kernel" : "no first line for the kernel";
  Deno.test(`edgeboot run starts a stdlib zipapp in direct mode when it has ${kind}`, async () => {
    await using sandbox = await Sandbox.create();
    const source = await sandbox.write("files/app", MAIN);
    const file = await bundles.zipapp(source, sandbox.path("a.pyz"), "tiny:main", shebang);
    const sha256 = await sha256Of(file);
    for (const bundle of [file, `file://${file}`, "a.pyz"]) {
      const args = ["run", "--bundle", bundle, "--sha256", sha256, "--", "x"];
      const { code, stdout, stderr } = await sandbox.edgeboot(args);
      assertEquals(code, 0, stderr);
      assertMatch(stdout, new RegExp(`^${sandbox.cache}/v1/trees/sha256/${sha256}\\S* x\\n$`));
    }
  });
}

Deno.test("edgeboot run tells what it left out when -v is given and the bundle is a virtual environment", async () => {
  await using sandbox = await Sandbox.create();
  const work = await sandbox.write("files/venv", {
    "hi.py": "print('hi')",
    "bin/tool": "#!/bin/sh\n",
  });
  await Deno.symlink(PYTHON.path, `${work}/bin/python3`);
  const { pack } = await import("./support/archives.ts");
  const file = await pack(work, sandbox.path("venv.tar"), "tar");
  const args = ["--sha256", await sha256Of(file), "--entry", "hi"];
  const { stdout, stderr } = await sandbox.edgeboot(["run", "-v", "--bundle", file, ...args]);
  assertEquals(stdout, "hi\n", stderr);
  assertStringIncludes(stderr, "left out bin/python3");
});
