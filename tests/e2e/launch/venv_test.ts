/** What holds because an app runs in a virtual environment. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command } from "../support/command.ts";
import { anotherPython } from "../support/interpreters.ts";
import { e2e } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { type Files, Sandbox } from "../support/sandbox.ts";

/** A release of one app layer and one of dependencies. */
async function publish(
  sandbox: Sandbox,
  app: Files,
  deps: Files,
  more: Record<string, unknown>,
  version = "1",
): Promise<void> {
  const layer = async (kind: string, files: Files) => ({
    kind,
    sha256: (await sandbox.blob(await sandbox.archive(files))).sha256,
  });
  await sandbox.release("app", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "app", version, ...more },
    layers: [await layer("app", app), await layer("deps", deps)],
  });
}

const SEES = { "own.py": "", "m.py": "" };
const DEPS = { "dep/__init__.py": "", "dep.pth": "import sys; sys.from_pth = True\n" };

/** How a child is started by sys.executable, whatever it inherits. */
const CHILDREN: readonly (readonly [string, string])[] = [
  ["with nothing", "subprocess.run([sys.executable, '-c', code])"],
  ["in isolated mode", "subprocess.run([sys.executable, '-I', '-c', code])"],
  ["without variables", "subprocess.run([sys.executable, '-c', code], env={})"],
  ["by its name on PATH", "subprocess.run(['python3', '-c', code])"],
  ["as forked by multiprocessing", "multiprocessing.Process(target=exec, args=(code,)).start()"],
  [
    "as spawned by multiprocessing",
    "multiprocessing.get_context('spawn').Process(target=exec, args=(code,)).start()",
  ],
];

for (const [how, start] of CHILDREN) {
  Deno.test(`edgeboot run gives a child that is started ${how} the layers and their .pth files`, async () => {
    await using sandbox = await Sandbox.create();
    const code = "import own, dep, sys; print(sys.from_pth, sys.prefix != sys.base_prefix)";
    const main = `import multiprocessing, subprocess, sys\ncode = ${JSON.stringify(code)}\n` +
      `if __name__ == "__main__":\n    ${start}\n`;
    await publish(sandbox, { ...SEES, "m.py": main }, DEPS, { entrypoint: { module: "m" } });
    const { stdout, stderr } = await sandbox.edgeboot(["run", "app"]);
    assertEquals(stdout, "True True\n", stderr);
  });
}

/** Closes every descriptor, as daemons do, then waits to be told to go on. */
const DAEMON = `
import os, sys
def main():
    os.closerange(3, 1000)
    print(os.getpid(), flush=True)
    sys.stdin.readline()
    import late
    print(late.WHO, flush=True)
`;

for (const how of ["edgeboot run", "the script in the environment's bin"]) {
  Deno.test(`a daemon that was started by ${how} and closed its descriptors keeps what it runs from`, async () => {
    await using sandbox = await Sandbox.create();
    const scripts = "[console_scripts]\ndaemon = daemon:main\n";
    const deps = { "daemon.py": DAEMON, "d-1.dist-info/entry_points.txt": scripts };
    const more = { entrypoint: { console_script: "daemon" } };
    await publish(sandbox, { "late.py": "WHO = 'first'\n" }, deps, more);
    const environment = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
    const line = how === "edgeboot run"
      ? [BINARY, "run", "app", "x"]
      : [`${environment}/bin/daemon`, "x"];
    const daemon = new Deno.Command(line[0]!, {
      ...{ args: line.slice(1), env: sandbox.environment(), clearEnv: true },
      ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
    }).spawn();
    const reader = daemon.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assert(Number((await reader.read()).value) > 0);
    await publish(sandbox, { "late.py": "WHO = 'second'\n" }, { "x.py": "" }, more, "2");
    await sandbox.edgeboot(["fetch", "app"]);
    await sandbox.edgeboot(["cache", "gc", "--keep", "1"]);
    const writer = daemon.stdin.getWriter();
    await writer.write(new TextEncoder().encode("go\n"));
    await writer.close();
    assertEquals((await reader.read()).value, "first\n");
    await reader.cancel();
    await daemon.status;
    await sandbox.edgeboot(["cache", "gc", "--keep", "1"]);
    assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/environments`)].length, 1);
  });
}

for (const name of ["bin/python", "pyvenv.cfg", "lib"]) {
  Deno.test(`edgeboot run makes its environment anew when ${name} has gone from it`, async () => {
    await using sandbox = await Sandbox.create();
    await publish(sandbox, { "app.py": "import dep\n" }, { "dep.py": "print('dep')\n" }, {
      entrypoint: { module: "app" },
    });
    await sandbox.edgeboot(["run", "app"]);
    const environment = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
    await Deno.remove(`${environment}/${name}`, { recursive: true });
    for (const time of ["first", "second"]) {
      const { stdout, stderr } = await sandbox.edgeboot(["run", "app"]);
      assertEquals([stdout, stderr], ["dep\n", ""], time);
    }
    assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/work`)], []);
  });
}

Deno.test("an environment works where the cache is moved to, and by a link to one of its scripts", async () => {
  await using sandbox = await Sandbox.create();
  const deps = {
    "tool.py": "import sys, own\ndef main(): print(sys.prefix, *sys.argv[1:])\n",
    "t-1.dist-info/entry_points.txt": "[console_scripts]\ntool = tool:main\n",
  };
  await publish(sandbox, SEES, deps, { entrypoint: { module: "own" } });
  const before = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
  const moved = sandbox.path(`a directory whose name is ${"x".repeat(130)} long`);
  await Deno.rename(sandbox.cache, moved);
  const environment = before.replace(sandbox.cache, moved);
  const link = sandbox.path("files/link");
  await sandbox.write("files", {});
  await Deno.symlink(`${environment}/bin/tool`, link);
  for (const path of [`${environment}/bin/tool`, link]) {
    const { stdout, stderr } = await command(path, ["a b"], { clearEnv: true, env: {} });
    assertEquals(stdout, `${environment} a b\n`, stderr);
  }
});

Deno.test("an environment finds its app by a link to it, and by one to a directory above it", async () => {
  await using sandbox = await Sandbox.create();
  await publish(sandbox, { "own.py": "print('found')\n" }, DEPS, { entrypoint: { module: "own" } });
  const environment = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
  await sandbox.write("files", {});
  const [link, above] = [sandbox.path("files/link"), sandbox.path("files/cache")];
  await Deno.symlink(environment, link);
  await Deno.symlink(sandbox.cache, above);
  for (const path of [environment, link, environment.replace(sandbox.cache, above)]) {
    const argv = ["-c", "import own, dep"];
    const { stdout, stderr } = await command(`${path}/bin/python`, argv, {
      clearEnv: true,
      env: {},
    });
    assertEquals([stdout, stderr], ["found\n", ""], path);
  }
});

Deno.test("edgeboot run keeps what an app writes beside its modules as root, and says so once", async () => {
  await using sandbox = await Sandbox.create();
  const write = "import os, sys\nhere = os.path.dirname(__file__)\n" +
    "os.chmod(here, 0o755)\nopen(os.path.join(here, 'state.db'), 'a').write('x')\n" +
    "os.chmod(here, 0o555)\nprint(os.path.getsize(os.path.join(here, 'state.db')))\n";
  await publish(sandbox, { "m.py": write }, { "d.py": "" }, { entrypoint: { module: "m" } });
  await sandbox.edgeboot(["run", "app"]);
  const second = await sandbox.edgeboot(["run", "--entry", "d", "app"]);
  assertStringIncludes(
    second.stderr.replace(/\s+/g, " "),
    "State belongs in a directory of its own",
  );
  const third = await sandbox.edgeboot(["run", "--entry", "d", "app"]);
  assertEquals(third.stderr, "", "it is told again");
  await sandbox.edgeboot(["verify", "--all"]);
  assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "2\n");
});

Deno.test("edgeboot run shows the base image's packages by default where a release has no dependencies", async () => {
  await using sandbox = await Sandbox.create();
  const seen =
    "import sys; print(any('/environments/' not in p for p in sys.path if p.endswith('-packages')))";
  await publish(sandbox, { "m.py": seen }, { "d.py": "" }, { entrypoint: { module: "m" } });
  assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "False\n");
  await sandbox.publish("alone", { "m.py": seen }, { entrypoint: { module: "m" } });
  assertEquals((await sandbox.edgeboot(["run", "alone"])).stdout, "True\n");
});

Deno.test("edgeboot run starts from a virtual environment's interpreter with its packages behind", async () => {
  await using sandbox = await Sandbox.create();
  const venv = sandbox.path("venv");
  await command(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  await sandbox.write(`venv/lib/python${PYTHON.version}/site-packages`, { "behind.py": "" });
  const files = { "m.py": "import behind, sys; print(behind.__file__, sys.base_prefix)" };
  await sandbox.publish("app", files, { entrypoint: { module: "m" } });
  const run = (isolation: string) =>
    sandbox.publish("app", files, { entrypoint: { module: "m" }, isolation })
      .then(() => sandbox.edgeboot(["run", "--python", `${venv}/bin/python3`, "app"]));
  const shared = await run("shared");
  assertStringIncludes(
    shared.stdout,
    `${venv}/lib/python${PYTHON.version}/site-packages/behind.py`,
  );
  assertEquals((await run("hermetic")).code, 1, "it is not hidden");
});

e2e(
  "edgeboot run keeps environments of several interpreters side by side",
  anotherPython === undefined ? "there is only one Python here" : undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const main = "import sys, dep; print('%d.%d' % sys.version_info[:2])";
    await publish(sandbox, { ...SEES, "m.py": main }, DEPS, { entrypoint: { module: "m" } });
    const versions = new Set<string>();
    for (const python of [PYTHON.path, anotherPython!, PYTHON.path]) {
      const { stdout, stderr } = await sandbox.edgeboot(["run", "--python", python, "app"]);
      assert(/^3\.\d+\n$/.test(stdout), stderr);
      versions.add(stdout);
    }
    const environments = [...Deno.readDirSync(`${sandbox.cache}/v1/environments`)];
    assertEquals(environments.length, versions.size);
  },
);
