/** What root writes into what is shared: apps beside their modules, hooks into packages. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Sandbox } from "../support/sandbox.ts";

const unwrapped = (text: string) => text.replace(/\s+/g, " ");

const CERTIFI = {
  "certifi/__init__.py": "import os\ndef where():\n" +
    "    return os.path.join(os.path.dirname(__file__), 'cacert.pem')\n",
  "certifi/cacert.pem": "public authorities\n",
};
/** As a hook of a base image does. */
const APPEND = `
import certifi, os, sys
path = certifi.where()
if len(sys.argv) > 1:
    mode = os.stat(path).st_mode
    os.chmod(path, 0o644)
    with open(path, "a") as file:
        file.write("corporate authority\\n")
    os.chmod(path, mode)
print(open(path).read().splitlines())
`;

/** Several apps that share one layer of dependencies. */
async function publish(
  sandbox: Sandbox,
  apps: Record<string, string>,
  deps: Record<string, string>,
) {
  const layer = async (kind: string, files: Record<string, string>) => ({
    kind,
    sha256: (await sandbox.blob(await sandbox.archive(files))).sha256,
  });
  const shared = await layer("deps", deps);
  for (const [app, main] of Object.entries(apps)) {
    await sandbox.release(app, "stable", {
      ...{ schema: "edgeboot.release/v1", app, version: "1", entrypoint: { module: "m" } },
      layers: [await layer("app", { "m.py": main, "other.py": `"${app}"` }), shared],
    });
  }
}

Deno.test("authorities that are added to certifi stay in the environment, and damage nothing", async () => {
  await using sandbox = await Sandbox.create();
  await publish(sandbox, { one: APPEND, two: `${APPEND}# two\n` }, CERTIFI);
  const own = "['public authorities', 'corporate authority']\n";
  assertEquals((await sandbox.edgeboot(["run", "one", "append"])).stdout, own);
  const again = await sandbox.edgeboot(["run", "one"]);
  assertEquals([again.stdout, again.stderr], [own, ""]);
  assertEquals((await sandbox.edgeboot(["run", "two"])).stdout, "['public authorities']\n");
  const { code, stdout } = await sandbox.edgeboot(["verify", "--all"]);
  assertEquals(code, 0, stdout);
  assertEquals((await sandbox.edgeboot(["run", "one"])).stdout, own);
});

Deno.test("edgeboot verify names what was added behind a file's content, and keeps it in quarantine", async () => {
  await using sandbox = await Sandbox.create();
  await publish(sandbox, { one: "print(open(__import__('dep').__file__[:-2] + 'txt').read())\n" }, {
    "dep.py": "",
    "dep.txt": "as it was\n",
  });
  await sandbox.edgeboot(["run", "one"]);
  const environment = (await sandbox.edgeboot(["env", "one"])).stdout.trim();
  const [python] = [...Deno.readDirSync(`${environment}/lib`)];
  const file = `${environment}/lib/${python!.name}/site-packages/dep.txt`;
  await Deno.chmod(file, 0o644);
  await Deno.writeTextFile(file, "and more\n", { append: true });
  await Deno.chmod(file, 0o444);
  const { code, stdout } = await sandbox.edgeboot(["verify", "one"]);
  assertEquals(code, 65);
  assertStringIncludes(stdout, "found 9 bytes more behind the same content");
  const [moved] = /\/\S+\/v1\/quarantine\/\S+/.exec(stdout)!;
  assertEquals(await Deno.readTextFile(`${moved}/dep.txt`), "as it was\nand more\n");
  assertEquals((await sandbox.edgeboot(["run", "one"])).stdout, "as it was\n\n");
});

const LOST: readonly (readonly [what: string, change: string, said: RegExp | undefined])[] = [
  ["removes a module", "os.remove(os.path.join(here, 'other.py'))", /has lost other\.py/],
  ["writes a file", "open(os.path.join(here, 'db'), 'w').write('x')", /has written db into/],
  [
    "puts another file in a module's place",
    "open('/proc/self/cwd/new', 'w').write('x'); os.replace('/proc/self/cwd/new', os.path.join(here, 'other.py'))",
    /has written other\.py into/,
  ],
  [
    "writes a file and removes it",
    "open(os.path.join(here, 'db'), 'w').write('x'); os.remove(os.path.join(here, 'db'))",
    undefined,
  ],
];

for (const [what, change, said] of LOST) {
  Deno.test(`edgeboot run says once what an app has done that ${what} beside its modules`, async () => {
    await using sandbox = await Sandbox.create();
    const main = "import os, sys\nhere = os.path.dirname(__file__)\n" +
      `if len(sys.argv) > 1:\n    os.chmod(here, 0o755)\n    ${change}\n    os.chmod(here, 0o555)\n`;
    await publish(sandbox, { one: main }, { "dep.py": "" });
    await sandbox.edgeboot(["run", "one"]);
    const first = await sandbox.edgeboot(["run", "one", "now"]);
    assertEquals([first.code, first.stderr], [0, ""]);
    const second = await sandbox.edgeboot(["run", "one"]);
    if (said === undefined) assertEquals(second.stderr, "");
    else assert(said.test(unwrapped(second.stderr)), second.stderr);
    assertEquals((await sandbox.edgeboot(["run", "one"])).stderr, "");
  });
}
