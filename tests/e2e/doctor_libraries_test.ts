import { assertEquals, assertMatch } from "@std/assert";
import { output } from "./support/command.ts";
import { type Check, diagnose, find, problems } from "./support/doctor.ts";
import { e2e, needsProgram } from "./support/e2e.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox } from "./support/sandbox.ts";

const needsCompiler = await needsProgram("gcc", "--version");
const MODULE = `_native.cpython-${PYTHON.tag.slice(2)}-${PYTHON.machine}-linux-gnu.so`;
const OWN = { python_tag: PYTHON.tag, abi: PYTHON.tag, platform: `linux_${PYTHON.machine}` };

/** A package with an extension module that is linked against a library of the test's own making. */
class Native {
  readonly system: string;
  readonly package: string;

  constructor(readonly sandbox: Sandbox) {
    this.system = sandbox.path("system");
    this.package = sandbox.path("layer/native");
  }

  static async create(sandbox: Sandbox): Promise<Native> {
    const native = new Native(sandbox);
    await Deno.mkdir(native.system, { recursive: true });
    await Deno.mkdir(`${native.package}/libs`, { recursive: true });
    await Deno.writeTextFile(`${native.package}/__init__.py`, "");
    await native.library("EB_1 { global: eb_one; }; EB_2 { global: eb_two; } EB_1;");
    return native;
  }

  /** libebneeded.so.1 in `system`, with symbols of the versions that the script names. */
  async library(versions: string): Promise<void> {
    await Deno.writeTextFile(`${this.system}/v.map`, versions);
    const code = "int eb_one(void) { return 1; } int eb_two(void) { return 2; }";
    await this.#gcc(code, `${this.system}/libebneeded.so.1`, [
      ...["-Wl,-soname,libebneeded.so.1", `-Wl,--version-script=${this.system}/v.map`],
    ]);
    await Deno.remove(`${this.system}/libebneeded.so`).catch(() => {});
    await Deno.symlink("libebneeded.so.1", `${this.system}/libebneeded.so`);
  }

  async module(...flags: string[]): Promise<string> {
    const code = "int eb_two(void); int PyInit__native(void) { return eb_two(); }";
    const libraries = [`-L${this.system}`, "-lebneeded", ...flags];
    await this.#gcc(code, `${this.package}/${MODULE}`, libraries);
    return `${this.package}/${MODULE}`;
  }

  async publish(extra: object = {}): Promise<void> {
    const archive = this.sandbox.path("files/layer.tar");
    await output("tar", ["-C", this.sandbox.path("layer"), "-cf", archive, "native"]);
    const layer = await this.sandbox.blob(archive);
    await this.sandbox.release("native", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "native", version: "1" },
      entrypoints: { default: { module: "native" } },
      variants: [{ ...OWN, ...extra, layers: [{ kind: "app", ...layer }] }],
    });
  }

  async #gcc(code: string, target: string, flags: readonly string[]): Promise<void> {
    const source = this.sandbox.path("files/source.c");
    await Deno.writeTextFile(source, code);
    await output("gcc", ["-shared", "-fPIC", "-o", target, source, ...flags]);
  }
}

const ldd = async (path: string, env: Record<string, string> = {}) =>
  [...(await output("ldd", [path], { env })).matchAll(/^\s*(\S+) => not found/gm)].map(([, n]) =>
    n
  );
const missing = (checks: readonly Check[]) => checks.map(({ text }) => /^\S+/.exec(text)![0]);

e2e("edgeboot doctor reports the missing library that ldd reports", needsCompiler, async () => {
  await using sandbox = await Sandbox.create();
  const native = await Native.create(sandbox);
  const module = await native.module();
  await native.publish();
  const before = await diagnose(sandbox, ["native"]);
  assertEquals(before.exit, 0);
  assertMatch(find(before, "app", "libraries")[0]!.text, /no layer is cached yet/);
  const diagnosis = await diagnose(sandbox, ["--fetch", "native"]);
  const [library] = find(diagnosis, "app", "library");
  assertEquals(problems(diagnosis), ["app library VARIANT_UNFIT"]);
  assertEquals([diagnosis.exit, missing([library!])], [78, await ldd(module)]);
  assertEquals(library!.details, [`needed by native/${MODULE}`]);
  assertMatch(library!.next!, /apt-file search libebneeded\.so\.1/);
  // Where the loader finds it, so does doctor.
  const env = { LD_LIBRARY_PATH: native.system };
  assertEquals(await ldd(module, env), []);
  assertEquals((await diagnose(sandbox, ["native"], { env })).exit, 0);
});

e2e("edgeboot doctor follows the search paths of the files themselves", needsCompiler, async () => {
  await using sandbox = await Sandbox.create();
  const native = await Native.create(sandbox);
  for (const tags of ["--enable-new-dtags", "--disable-new-dtags"]) {
    const module = await native.module(`-Wl,-rpath,$ORIGIN/libs,${tags}`);
    const inside = `${native.package}/libs/libebneeded.so.1`;
    await Deno.copyFile(`${native.system}/libebneeded.so.1`, inside);
    assertEquals(await ldd(module), []);
    // Also `system_libs`, which a start checks before it fetches, are found there once it is cached.
    await native.publish({ system_libs: ["libebneeded.so.1"] });
    assertEquals((await sandbox.edgeboot(["fetch", "native"])).code, 78);
    const env = { LD_LIBRARY_PATH: native.system };
    assertEquals((await sandbox.edgeboot(["fetch", "native"], { env })).code, 0);
    const diagnosis = await diagnose(sandbox, ["native"]);
    assertEquals([diagnosis.exit, problems(diagnosis)], [0, []]);
    assertMatch(find(diagnosis, "app", "libraries")[0]!.text, /2 ELF files, all that they need/);
    const { stdout } = await sandbox.edgeboot(["inspect", "--json", "native"]);
    assertEquals(JSON.parse(stdout).variants[0].chosen, true);
    await Deno.remove(inside);
  }
});

e2e(
  "edgeboot doctor reports a symbol version that the system's library lacks",
  needsCompiler,
  async () => {
    await using sandbox = await Sandbox.create();
    const native = await Native.create(sandbox);
    await native.module(`-Wl,-rpath,${native.system}`);
    await native.publish();
    assertEquals((await diagnose(sandbox, ["--fetch", "native"])).exit, 0);
    await native.library("EB_1 { global: eb_one; eb_two; };");
    const diagnosis = await diagnose(sandbox, ["native"]);
    assertEquals([diagnosis.exit, problems(diagnosis)], [78, ["app version VARIANT_UNFIT"]]);
    assertMatch(
      find(diagnosis, "app", "version")[0]!.text,
      /^EB_2 is not in libebneeded\.so\.1 \(/,
    );
  },
);

e2e("edgeboot doctor reports an extension module for another machine", needsCompiler, async () => {
  await using sandbox = await Sandbox.create();
  const native = await Native.create(sandbox);
  const module = await native.module();
  const bytes = await Deno.readFile(module);
  // e_machine: 2, SPARC.
  bytes.set([2, 0], 18);
  await Deno.writeFile(module, bytes);
  await native.publish();
  const diagnosis = await diagnose(sandbox, ["--fetch", "native"]);
  assertEquals([diagnosis.exit, problems(diagnosis)], [78, ["app file VARIANT_UNFIT"]]);
  const { text } = find(diagnosis, "app", "file")[0]!;
  assertMatch(
    text,
    new RegExp(`^native/${MODULE}: it is for .*, this Python is ${PYTHON.machine}$`),
  );
});

Deno.test("edgeboot doctor says which variant is taken, what is cached, and which entry is not there", async () => {
  await using sandbox = await Sandbox.create();
  const layer = await sandbox.blob(await sandbox.archive({ "hello.py": "" }));
  await sandbox.release("two", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "two", version: "7" },
    entrypoints: { default: { module: "hello" }, worker: { module: "gone" } },
    variants: [{ python_tag: "py3", layers: [layer] }, { python_tag: "py2", layers: [layer] }],
  });
  const cold = await diagnose(sandbox, ["two"]);
  const names = cold.sections.at(-1)!.checks.map(({ name, status }) => `${name} ${status}`);
  const expected = ["release ok", "variant ok", "others ok", "layers warning", "libraries warning"];
  assertEquals([cold.exit, names], [0, expected]);
  const warm = await diagnose(sandbox, ["--fetch", "two"]);
  assertEquals([warm.exit, problems(warm)], [127, ["app entry ENTRY_POINT_UNKNOWN"]]);
  assertMatch(find(warm, "app", "entry")[1]!.text, /^worker: .*python -m gone does not exist/);
});

Deno.test("edgeboot doctor reports what a fetch refuses, and looks at all the rest", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", { "hello.py": "" }, { layers: [{ sha256: "0".repeat(64) }] });
  const env = { EDGEBOOT_APP: "hello" };
  const diagnosis = await diagnose(sandbox, ["--fetch"], { env });
  assertEquals([diagnosis.exit, problems(diagnosis)], [69, ["app fetch BLOB_MISSING"]]);
  assertEquals(find(diagnosis, "app", "variant")[0]!.status, "ok");
});

Deno.test("edgeboot doctor ends with 78 when no variant fits", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("old", { "hello.py": "" }, { python: "==3.1.*" });
  const diagnosis = await diagnose(sandbox, ["old"]);
  assertEquals([diagnosis.exit, problems(diagnosis)], [78, ["app variant VARIANT_UNFIT"]]);
});
