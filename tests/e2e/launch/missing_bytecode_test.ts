/** Where modules have no bytecode and a start may not leave any, and caches that a server loses with its user. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command } from "../support/command.ts";
import { diagnose, find, read } from "../support/doctor.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const needsNobody = firstOf(
  needsRoot,
  await needsProgram("setpriv", ...NOBODY, PYTHON.path, "-I", "-c", "pass"),
);

/** An app with a package of dependencies, in the cache without any bytecode. */
async function uncompiled(args: readonly string[] = []): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  const layer = async (kind: string, files: Record<string, string>) => ({
    kind,
    sha256: (await sandbox.blob(await sandbox.archive(files))).sha256,
  });
  await sandbox.release("app", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "app", version: "1" },
    entrypoint: { module: "app", args },
    layers: [
      await layer("app", { "app.py": "import pkg, six\n" }),
      await layer("deps", { "pkg/__init__.py": "" }),
      await layer("deps", { "six.py": "" }),
    ],
  });
  await sandbox.edgeboot(["fetch", "--compile-bytecode", "never", "app"]);
  return sandbox;
}

const unwrapped = (text: string) => text.replace(/\s+/g, " ");

e2e(
  "a start says at -v that modules have no bytecode and that it may not leave any",
  needsNobody,
  async () => {
    await using sandbox = await uncompiled();
    const asNobody = (...args: string[]) =>
      command("setpriv", [...NOBODY, BINARY, ...args], {
        ...{
          env: sandbox.environment({ env: { HOME: "/nonexistent" } }),
          clearEnv: true,
          cwd: "/",
        },
      });
    const diagnosed = async () =>
      find(read(await asNobody("doctor", "--json", "app")), "app", "bytecode");
    const said = "bytecode: 1 layer has none, and this user may not write it";
    const other = await asNobody("run", "-v", "app");
    assertStringIncludes(unwrapped(other.stderr), said);
    assertEquals((await asNobody("run", "app")).stderr, "");
    const [before] = await diagnosed();
    assertEquals(before?.status, "warning");
    assertStringIncludes(before!.next!, "edgeboot fetch app@stable");
    const [own] = find(await diagnose(sandbox, ["app"]), "app", "bytecode");
    assertEquals(own?.status, "ok");
    assertStringIncludes(own!.text, "a start leaves what it imports");
    await sandbox.edgeboot(["run", "app"]);
    const after = await asNobody("run", "-v", "app");
    assertEquals(unwrapped(after.stderr).includes(said), false, after.stderr);
    assertEquals(await diagnosed(), []);
  },
);

e2e(
  "edgeboot run warns of a server of root that changes its user from a cache closed to it",
  needsRoot,
  async () => {
    await using sandbox = await uncompiled(["--user", "nobody"]);
    await Deno.chmod(sandbox.path("home"), 0o700);
    const env = { HOME: sandbox.path("home"), EDGEBOOT_CACHE: "" };
    const { stderr } = await sandbox.edgeboot(["run", "app"], { env });
    assertStringIncludes(unwrapped(stderr), `is below ${sandbox.path("home")}, which is closed`);
    assertStringIncludes(unwrapped(stderr), "EDGEBOOT_CACHE=/var/cache/edgeboot");
    const [closed] = find(await diagnose(sandbox, [], { env }), "cache", "closed");
    assertEquals(closed?.status, "warning");
    assertEquals(find(await diagnose(sandbox), "cache", "closed"), []);
    const open = await sandbox.edgeboot(["run", "app"]);
    assertEquals(open.stderr, "");
  },
);

Deno.test("edgeboot doctor says of an app's environment that it is there, and what it has lost", async () => {
  await using sandbox = await uncompiled();
  const environment = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
  const [there] = find(await diagnose(sandbox, ["app"]), "app", "environment");
  assertEquals([there?.status, there?.text], ["ok", environment]);
  const library = `${environment}/lib`;
  const [python] = [...Deno.readDirSync(library)];
  const site = `${library}/${python!.name}/site-packages`;
  await Deno.chmod(site, 0o755);
  await Deno.remove(`${site}/six.py`);
  const [damaged] = find(await diagnose(sandbox, ["app"]), "app", "environment");
  assertEquals(damaged?.status, "warning");
  assertStringIncludes(damaged!.text, "six.py");
});
