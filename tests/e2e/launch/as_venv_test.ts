/** One and the same program by edgeboot and in a virtual environment of the same packages says the same. */
import { assertEquals } from "@std/assert";
import { command, output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { type Files, Sandbox } from "../support/sandbox.ts";

const metadata = (name: string) => `Metadata-Version: 2.1\nName: ${name}\nVersion: 1\n`;
const plugin = (name: string) => ({
  [`${name}.py`]: `def main(): print('${name}')\n`,
  [`${name}-1.dist-info/METADATA`]: metadata(name),
  [`${name}-1.dist-info/entry_points.txt`]:
    `[my.plugins]\n${name} = ${name}:main\n[console_scripts]\n${name}-tool = ${name}:main\n`,
});
const EXTENDED = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";

/** Two layers, whose packages meet. */
const LAYERS: readonly Files[] = [
  {
    ...plugin("one"),
    "space/a.py": "",
    "old/__init__.py": EXTENDED,
    "old/a.py": "",
    "inner.pth": "inner/lib\nimport sys; sys.hooked = True\n",
    "inner/lib/deep.py": "",
    "data/__init__.py": "",
    "data/d.txt": "data of a package\n",
  },
  {
    ...plugin("two"),
    "space/b.py": "",
    "old/__init__.py": EXTENDED,
    "old/b.py": "",
    "egg.pth": "./e-1.egg\n",
    "e-1.egg/egged.py": "",
    "e-1.egg/EGG-INFO/PKG-INFO": metadata("e"),
  },
];

const SH = "import os, subprocess, sys\n" +
  "def sh(*line, **more):\n" +
  "    done = subprocess.run(line, capture_output=True, text=True, **more)\n" +
  "    print(done.returncode, done.stdout, done.stderr)\n";

/** What a program does, by the name of its module. */
const PROGRAMS: Readonly<Record<string, string>> = {
  starts_itself_anew: "import os, sys\n" +
    "if 'again' not in sys.argv: os.execv(sys.executable, [sys.executable, *sys.argv, 'again'])\n" +
    "print(sys.argv[1:], sys.prefix, sys.path)\n",
  asks_for_places: "import site, sys, sysconfig\n" +
    "print(site.getsitepackages(), site.ENABLE_USER_SITE, sorted(sysconfig.get_paths().items()))\n" +
    "print(sys.prefix, sys.exec_prefix, sysconfig.get_config_var('base'))\n",
  joins_namespaces: "import space.a, space.b, space.mine, old.a, old.b, old.mine\n" +
    "print(list(space.__path__), list(old.__path__))\n",
  finds_plugins: "import importlib.metadata as m\n" +
    "points = m.entry_points()\n" +
    "group = points.select(group='my.plugins') if hasattr(points, 'select') else points['my.plugins']\n" +
    "for point in sorted(group, key=lambda point: point.name): point.load()()\n" +
    "print(sorted(d.metadata['Name'] for d in m.distributions()))\n",
  follows_pth_files: "import deep, egged, sys; print(deep.__file__, egged.__file__, sys.hooked)\n",
  reads_package_data: "import pkgutil, data, inspect\n" +
    "print(pkgutil.get_data('data', 'd.txt'), inspect.getsourcefile(data))\n",
  runs_site_again: "import site, sys, space.a\n" +
    "before = list(sys.path), len(sys.path_hooks)\n" +
    "site.main()\nsite.addsitedir(site.getsitepackages()[0])\n" +
    "print(before == (list(sys.path), len(sys.path_hooks)))\n",
  makes_a_venv: `${SH}import venv\nvenv.create('v', with_pip=False)\n` +
    "sh('v/bin/python', '-c', 'import sys; print(sys.base_prefix)\\nimport one')\n" +
    "sh(sys.executable, '-m', 'venv', '--system-site-packages', '--without-pip', 'w')\n" +
    "sh('w/bin/python', '-c', 'import one')\n",
  calls_scripts:
    `${SH}import shutil\nfor name in ('one-tool', 'two-tool', 'python', 'python3'):\n` +
    "    path = shutil.which(name)\n    print(path)\n" +
    "    if 'tool' in name:\n" +
    "        sh(name); sh(sys.executable, path); sh('/usr/bin/env', '-i', path)\n",
  gives_options: `${SH}for option in ('-S', '-s', '-B', '-O', '-W error', '-X dev'):\n` +
    "    sh(sys.executable, *option.split(), '-c', 'import sys; print(sys.prefix, len(sys.flags))')\n",
  starts_processes: "import multiprocessing as m, sys\n" +
    "def work(queue):\n    import one, space.mine\n    queue.put((sys.prefix, space.mine.__file__))\n" +
    "if __name__ == '__main__':\n" +
    "    for how in ('fork', 'spawn', 'forkserver'):\n" +
    "        context = m.get_context(how)\n        queue = context.Queue()\n" +
    "        process = context.Process(target=work, args=(queue,))\n" +
    "        process.start()\n        print(how, queue.get(timeout=60))\n        process.join()\n",
  leaves_a_daemon: "import os\nreader, writer = os.pipe()\n" +
    "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n" +
    "        os.closerange(3, writer); os.closerange(writer + 1, 1000)\n" +
    "        import two, space.mine\n        os.write(writer, two.__file__.encode())\n" +
    "    os._exit(0)\nos.close(writer)\nprint(os.read(reader, 999))\n",
  has_few_descriptors:
    `${SH}import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))\n` +
    "import one\nsh(sys.executable, '-c', 'import two; print(two.__name__)')\n",
};

Deno.test("a program that edgeboot runs says what it says in a virtual environment when it", async (t) => {
  await using sandbox = await Sandbox.create();
  const app: Files = {
    ...Object.fromEntries(Object.entries(PROGRAMS).map(([name, text]) => [`${name}.py`, text])),
    "space/mine.py": "",
    "old/__init__.py": EXTENDED,
    "old/mine.py": "",
  };
  const venv = sandbox.path("venv");
  await output(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  const layers = [];
  for (const [kind, files] of [["app", app], ...LAYERS.map((each) => ["deps", each])] as const) {
    const { sha256 } = await sandbox.blob(await sandbox.archive(files as Files));
    layers.push({ kind, sha256 });
    if (kind !== "app") {
      await sandbox.write(`venv/lib/python${PYTHON.version}/site-packages`, files as Files);
    }
  }
  for (const name of ["one", "two"]) {
    const script = `${venv}/bin/${name}-tool`;
    await Deno.writeTextFile(script, `#!${venv}/bin/python\nfrom ${name} import main\nmain()\n`);
    await Deno.chmod(script, 0o755);
  }
  const entrypoints = Object.fromEntries(
    Object.keys(PROGRAMS).map((name) => [name, { module: name }]),
  );
  const release = { schema: "edgeboot.release/v1", app: "app", version: "1", layers, entrypoints };
  await sandbox.release("app", "stable", release);
  const environment = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
  const tree = `${sandbox.cache}/v1/trees/sha256/${layers[0]!.sha256}`;
  const options = Number(PYTHON.version.split(".")[1]) >= 11 ? ["-P"] : [];
  for (const name of Object.keys(PROGRAMS)) {
    await t.step(name.replaceAll("_", " "), async () => {
      const { PATH, HOME, TMPDIR } = sandbox.environment();
      const at = async (directory: string) => {
        await Deno.mkdir(sandbox.path(directory));
        return sandbox.path(directory);
      };
      const cwd = await at(`${name}-venv`);
      const plain = await command(`${venv}/bin/python`, [...options, "-m", name], {
        ...{ clearEnv: true, cwd },
        env: { HOME: HOME!, TMPDIR: TMPDIR!, PATH: `${venv}/bin:${PATH}`, PYTHONPATH: tree },
      });
      const own = await at(`${name}-edgeboot`);
      const through = await sandbox.edgeboot(["run", "--entry", name, "app"], { cwd: own });
      const place = (text: string) =>
        text.replaceAll(venv, environment).replaceAll(cwd, own).replaceAll(/0x[0-9a-f]+/g, "0x");
      assertEquals(
        [through.code, through.stdout, through.stderr],
        [plain.code, place(plain.stdout), place(plain.stderr)],
      );
      assertEquals(plain.code, 0, plain.stderr);
    });
  }
});
