import { assertEquals, assertMatch } from "@std/assert";
import { command, output } from "../support/command.ts";
import { e2e } from "../support/e2e.ts";
import { locker, makeFiles, needsLockers } from "../support/package_index.ts";
import { PYTHON, runPip } from "../support/python.ts";
import { PROJECTS, pyproject, Shop } from "../support/shop.ts";

/** PEX reads no configuration of pip's by itself. */
const pexFrom = (url: string) => ["--no-pypi", "--index-url", url, "--python", PYTHON.path];

/** What the app says with `greet` and `fast`, and with what they need. */
const SAYS = ["hello", "fast", "data"];

e2e("edgeboot pack takes a uv.lock, and extras and groups on demand", needsLockers, async () => {
  await using shop = await Shop.open();
  const more = "[project.optional-dependencies]\nmore = ['craft']\n";
  await shop.write("pyproject.toml", pyproject(["greet", "fast"], more));
  await shop.lock("uv", "lock", "--quiet");
  assertEquals(await shop.packed(["--lock", "uv.lock"]), SAYS);
  const dev = await shop.packed(["--lock", "uv.lock", "--group", "dev"]);
  assertEquals(dev, ["hello", "fast", "shout", "data"]);
  const extra = await shop.pack(["--lock", "uv.lock", "--extra", "more"]);
  assertEquals([extra.code, /no wheel of craft 1\.0/.test(extra.stderr)], [65, true], extra.stderr);
});

e2e("edgeboot pack takes a pylock.toml", needsLockers, async () => {
  await using shop = await Shop.open();
  await shop.write("pyproject.toml", pyproject(["greet[loud]", "fast"]));
  await shop.lock("uv", "lock", "--quiet");
  await shop.lock(
    "uv",
    "export",
    "--quiet",
    "--no-dev",
    "--format",
    "pylock.toml",
    "-o",
    "pylock.toml",
  );
  assertEquals(await shop.packed(["--lock", "pylock.toml"]), ["hello", "fast", "shout", "data"]);
});

e2e(
  "edgeboot pack takes a poetry.lock, whose files the index has by name",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    const source =
      `\n[tool.poetry]\npackage-mode = false\n\n[[tool.poetry.source]]\nname = "company"\n` +
      `url = "${shop.index.url}"\npriority = "primary"\n`;
    await shop.write("pyproject.toml", pyproject(["greet", "fast"], source));
    await shop.lock("poetry", "lock", "--quiet", "--no-interaction");
    assertEquals(await shop.packed(["--lock", "poetry.lock"]), SAYS);
  },
);

e2e("edgeboot pack takes a pdm.lock", needsLockers, async () => {
  await using shop = await Shop.open();
  const source =
    `\n[[tool.pdm.source]]\nname = "pypi"\nurl = "${shop.index.url}"\nverify_ssl = true\n`;
  await shop.write("pyproject.toml", pyproject(["greet", "fast"], source));
  await shop.lock("pdm", "use", "--quiet", "--first", PYTHON.path);
  await shop.lock("pdm", "lock", "--quiet");
  assertEquals(await shop.packed(["--lock", "pdm.lock"]), SAYS);
});

e2e("edgeboot pack takes requirements, resolved by uv or by pip alike", needsLockers, async () => {
  await using shop = await Shop.open();
  await shop.write("base.txt", "greet\n");
  await shop.write("requirements.txt", "-r base.txt\nfast==2.0  # quick\n");
  assertEquals(await shop.packed(["--requirements", "requirements.txt"]), SAYS);
  const byUv = await shop.release();
  const pip = await command(PYTHON.path, ["-m", "pip", "--version"]);
  if (pip.code !== 0) {
    return console.warn("not seen: pip alone, as the Python of the tests has none");
  }
  assertEquals(await shop.packed(["--requirements", "requirements.txt"], { uv: false }), SAYS);
  assertEquals(await shop.release(), byUv);
});

e2e(
  "edgeboot pack takes nothing that the hashes of requirements do not allow",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    const [greet, words] = ["greet", "words"].map((name) =>
      shop.index.hash(`${name}-1.0-py3-none-any.whl`)
    );
    const hashed = (hash: string) =>
      `greet==1.0 --hash=sha256:${greet}\nwords==1.0 --hash=sha256:${hash}\n`;
    await shop.write("requirements.txt", hashed(words!));
    assertEquals(await shop.packed(["--requirements", "requirements.txt"]), ["hello", "data"]);
    for (const text of [hashed(greet!), `greet==1.0 --hash=sha256:${greet}\nwords==1.0\n`]) {
      await shop.write("requirements.txt", text);
      const { code, stderr } = await shop.pack(["--requirements", "requirements.txt"]);
      assertEquals(code, 65, stderr);
      assertMatch(stderr, /words 1\.0/);
    }
  },
);

e2e("edgeboot pack takes a directory of wheels, the ones that fit", needsLockers, async () => {
  await using shop = await Shop.open();
  await makeFiles(shop.sandbox.path("wheels"), PROJECTS.filter(({ tags }) => tags.length > 0));
  assertEquals(await shop.packed(["--wheels", "wheels"]), [
    "hello",
    "fast",
    "shout",
    "winonly",
    "data",
  ]);
  assertEquals(shop.index.fetched, []);
});

e2e(
  "edgeboot pack makes one layer of environments that uv and pip made in other places",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    const install = ["greet", "fast", "--quiet"];
    for (const venv of ["one", "deep/er/two"]) {
      await output(PYTHON.path, ["-m", "venv", "--without-pip", shop.sandbox.path(venv)]);
    }
    const [one, two] = [shop.sandbox.path("one"), shop.sandbox.path("deep/er/two")];
    await runPip(["--python", `${one}/bin/python`, "install", "greet", "fast"], shop.env());
    await shop.lock("uv", "pip", "install", "--python", `${two}/bin/python`, ...install);
    // An import leaves bytecode with times.
    await output(`${one}/bin/python`, ["-c", "import greet, fast"]);
    assertEquals(await shop.packed(["--venv", one]), SAYS);
    const first = await shop.release();
    const listed = await shop.sandbox.edgeboot(["exec", "shop@1", "--", "words-list"]);
    assertEquals(listed.stdout, "listed\n", listed.stderr);
    assertEquals(await shop.packed(["--venv", "deep/er/two"]), SAYS);
    assertEquals(await shop.release(), first);
  },
);

e2e("edgeboot pack takes a site-packages", needsLockers, async () => {
  await using shop = await Shop.open();
  const target = shop.sandbox.path("site");
  await runPip(
    ["--python", PYTHON.path, "install", "--target", target, "greet", "fast"],
    shop.env(),
  );
  assertEquals(await shop.packed(["--site-packages", "site"]), SAYS);
});

e2e("edgeboot pack takes zip applications, which start by themselves", needsLockers, async () => {
  await using shop = await Shop.open();
  const env = { ...shop.sandbox.environment(), ...shop.env() };
  await shop.sandbox.write("zipapp", { "__main__.py": "print('zipapp')\n" });
  await output(PYTHON.path, [
    "-m",
    "zipapp",
    shop.sandbox.path("zipapp"),
    "-o",
    shop.sandbox.path("z.pyz"),
  ]);
  for (
    const [tool, ...args] of [
      ["shiv", "--console-script", "greet", "--output-file", "s.pyz", "greet"],
      ["pex", "greet", "--console-script", "greet", "-o", "p.pex", ...pexFrom(shop.index.url)],
    ]
  ) {
    const [program, ...first] = locker(tool!);
    await output(program, [...first, ...args], { env, clearEnv: true, cwd: shop.sandbox.root });
  }
  for (const [file, says] of [["z.pyz", "zipapp\n"], ["s.pyz", "hello\n"], ["p.pex", "hello\n"]]) {
    const args = ["pack", "--app", "zip", "--version", file!, "--pyz", file!, "-o", "registry"];
    const packed = await shop.sandbox.edgeboot(args);
    assertEquals(packed.code, 0, packed.stderr);
    const run = await shop.sandbox.edgeboot(["run", `zip@${file}`]);
    assertEquals([run.code, run.stdout], [0, says!], run.stderr);
  }
});

e2e("edgeboot pack packs for machines of other kinds from their wheels", needsLockers, async () => {
  await using shop = await Shop.open();
  await shop.write("pyproject.toml", pyproject(["greet", "fast"]));
  await shop.lock("uv", "lock", "--quiet");
  const platforms = "manylinux_2_28_x86_64,manylinux_2_28_aarch64,macosx_11_0_arm64";
  const { code, stderr } = await shop.pack(["--lock", "uv.lock", "--platform", platforms]);
  assertEquals(code, 0, stderr);
  const { variants } = JSON.parse(await shop.release());
  assertEquals(
    variants.map(({ layers }: { layers: { name?: string }[] }) =>
      layers.find(({ name }) => name?.startsWith("fast-"))?.name?.split("-").at(-1)
    ).sort(),
    ["macosx_11_0_arm64.whl", "manylinux_2_17_aarch64.whl", "manylinux_2_17_x86_64.whl"],
  );
});
