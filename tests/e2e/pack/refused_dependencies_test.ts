import { assertEquals, assertMatch } from "@std/assert";
import { output } from "../support/command.ts";
import { e2e, needsProgram } from "../support/e2e.ts";
import { makeFiles, needsLockers, type Project } from "../support/package_index.ts";
import { PYTHON } from "../support/python.ts";
import { PROJECTS, pyproject, Shop } from "../support/shop.ts";

async function locked(shop: Shop, dependencies: string[]): Promise<void> {
  await shop.write("pyproject.toml", pyproject(dependencies));
  await shop.lock("uv", "lock", "--quiet");
}

/** What goes wrong, and what the message says of it. */
async function refuses(shop: Shop, args: readonly string[], ...said: RegExp[]): Promise<void> {
  const { code, stderr } = await shop.pack(args);
  assertEquals(code, 65, stderr);
  for (const words of said) assertMatch(stderr, words);
}

e2e(
  "edgeboot pack builds no source unless it may, and then the same bytes each time",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    await locked(shop, ["greet", "craft"]);
    const lock = ["--lock", "uv.lock"];
    await refuses(
      shop,
      lock,
      /no wheel of craft 1\.0/,
      /only its source, craft-1\.0\.tar\.gz/,
      /--allow-build craft/,
    );
    await shop.write("requirements.txt", "craft\n");
    await refuses(shop, ["--requirements", "requirements.txt"], /craft/, /--allow-build/);
    const allowed = [...lock, "--allow-build", "Craft"];
    assertEquals(await shop.packed(allowed), ["hello", "craft", "data"]);
    const first = await shop.release();
    assertEquals(await shop.packed(allowed, { cache: shop.sandbox.path("other") }), [
      "hello",
      "craft",
      "data",
    ]);
    assertEquals(await shop.release(), first);
    const required = ["--requirements", "requirements.txt", "--allow-build", "craft"];
    assertEquals((await shop.pack([...required, "--no-check"])).code, 0);
  },
);

e2e(
  "edgeboot pack builds directories of a workspace and commits of a repository where it may",
  needsLockers ?? await needsProgram("git", "--version"),
  async () => {
    await using shop = await Shop.open();
    const craft = PROJECTS.find(({ name }) => name === "craft")!;
    const files = {
      ...craft.files,
      ...craft.sdist,
      "PKG-INFO": "Metadata-Version: 2.1\nName: craft\nVersion: 1.0\n",
    };
    await shop.sandbox.write("repository", files);
    const git = (...args: string[]) =>
      output("git", ["-C", shop.sandbox.path("repository"), ...args]);
    await git("init", "--quiet");
    await git("add", ".");
    await git(
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.com",
      "commit",
      "--quiet",
      "-m",
      "all",
    );
    for (
      const source of [`git = "file://${shop.sandbox.path("repository")}"`, 'path = "repository"']
    ) {
      const sources = `[tool.uv.sources]\ncraft = { ${source} }\n`;
      await shop.write("pyproject.toml", pyproject(["greet", "craft"], sources));
      await shop.lock("uv", "lock", "--quiet");
      const lock = ["--lock", "uv.lock"];
      await refuses(shop, lock, /no wheel of craft/, /--allow-build craft/);
      assertEquals(await shop.packed([...lock, "--allow-build", "craft"]), [
        "hello",
        "craft",
        "data",
      ]);
    }
  },
);

e2e("edgeboot pack says what wheels there are where none fits", needsLockers, async () => {
  await using shop = await Shop.open();
  await locked(shop, ["fast"]);
  const args = ["--lock", "uv.lock", "--platform", "manylinux_2_28_s390x"];
  await refuses(shop, args, /no wheel of fast 2\.0 fits cp\d+-manylinux_2_28_s390x/, /win_amd64/);
});

e2e(
  "edgeboot pack refuses two wheels with one file of different content",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    const of = (name: string, text: string): Project => ({
      ...{ name, version: "1.0", tags: ["py3-none-any"] },
      files: { "common/__init__.py": "", "common/same.py": text },
    });
    await makeFiles(shop.sandbox.path("wheels"), [of("left", "x = 1\n"), of("right", "x = 2\n")]);
    const what = /error: two wheels have one file of different content/;
    for (const layering of ["wheels", "one"]) {
      const args = ["--wheels", "wheels", "--layers", layering];
      await refuses(shop, args, what, /common\/same\.py/, /left-1\.0/, /right-1\.0/);
    }
  },
);

e2e(
  "edgeboot pack refuses editable installs, of requirements and of environments",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    await shop.write("requirements.txt", "-e ./craft\n");
    await refuses(shop, ["--requirements", "requirements.txt"], /editable/, /-e \.\/craft/);
    const venv = shop.sandbox.path("venv");
    await output(PYTHON.path, ["-m", "venv", "--without-pip", venv]);
    const site = `venv/lib/python${PYTHON.version}/site-packages`;
    await shop.write(`${site}/__editable__.shop-1.0.pth`, "/home/me/shop/src\n");
    await refuses(shop, ["--venv", "venv"], /editable install/, /\/home\/me\/shop\/src/);
    await shop.write("other/lib/python3.2/site-packages/x.py", "");
    await shop.write("other/pyvenv.cfg", "home = /usr/bin\n");
    await refuses(shop, ["--venv", "other"], /python3\.2/);
    await refuses(shop, ["--venv", "app"], /no pyvenv\.cfg/);
  },
);

e2e(
  "edgeboot pack refuses what is installed for other machines, and links that lead away",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    const mac = "Wheel-Version: 1.0\nTag: cp311-cp311-macosx_11_0_arm64\n";
    await shop.write("mac/x-1.0.dist-info/WHEEL", mac);
    await refuses(shop, ["--site-packages", "mac"], /x 1\.0/, /macosx_11_0_arm64/);
    await shop.write("windows/x/_x.pyd", "MZ");
    await refuses(shop, ["--site-packages", "windows"], /x\/_x\.pyd/, /Windows/);
    await shop.write("linked/x/__init__.py", "");
    await Deno.symlink("/etc/passwd", shop.sandbox.path("linked/x/data.txt"));
    await refuses(shop, ["--site-packages", "linked"], /x\/data\.txt/, /absolute/);
  },
);

e2e("edgeboot pack refuses locks and requirements that are none", needsLockers, async () => {
  await using shop = await Shop.open();
  await shop.write("broken.lock", "[[package");
  await refuses(shop, ["--lock", "broken.lock"], /broken\.lock/, /not TOML/);
  await shop.write("other.lock", "x = 1\n");
  await refuses(shop, ["--lock", "other.lock"], /none of pylock\.toml, uv\.lock/);
  await refuses(shop, ["--lock", "absent.lock"], /no such file/);
  await refuses(shop, ["--requirements", "absent.txt"], /no such file/);
  await shop.write("text.pyz", "hello");
  await refuses(shop, ["--pyz", "text.pyz"], /text\.pyz|archive/);
});
