import { type Format, pack } from "./archives.ts";
import { output } from "./command.ts";
import { kept } from "./kept.ts";
import { pip, PYTHON } from "./python.ts";
import { bundleDirectory, copyTree, NAME, needsWheels, wheelsPath, writeApp } from "./wheels.ts";

/** The app with its wheels, packed the way `name` says: the path of one archive. */
export async function bundle(format: Format): Promise<string> {
  return await kept(`bundle-${NAME}.${format}`, async (target) => {
    await pack(await bundleDirectory(), target, format);
  });
}

/** A virtual environment, its `bin/python` links to the base Python's absolute path included. */
export async function packedVenv(format: Format, inside: string): Promise<string> {
  const name = `venv-${inside === "." ? "root" : "dot"}-${NAME}.${format}`;
  return await kept(name, async (target) => {
    const work = await Deno.makeTempDir({ prefix: "eb-e2e-venv-" });
    try {
      const venv = inside === "." ? work : `${work}/${inside}`;
      await output(PYTHON.path, ["-m", "venv", "--without-pip", "--symlinks", venv]);
      const site = `${venv}/lib/python${PYTHON.version}/site-packages`;
      await copyTree(wheelsPath(), site);
      await Deno.remove(`${site}/bin`, { recursive: true });
      await writeApp(site);
      await Deno.writeTextFile(`${venv}/bin/shop-check`, consoleScript(venv), { mode: 0o755 });
      await pack(work, target, format);
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  });
}

/** As pip writes it, with the path of the machine that it was built on. */
function consoleScript(venv: string): string {
  return `#!${venv}/bin/python3\nimport sys\nfrom shop.check import main\n` +
    'if __name__ == "__main__":\n    sys.exit(main())\n';
}

/** shiv and pex, or why they cannot be had. */
export const needsPackers = needsWheels ?? await installPackers();

export async function packers(): Promise<string> {
  return await kept(`packers-shiv-1.0.8-pex-2.33.9-${PYTHON.tag}`, async (target) => {
    await pip("install", "--target", target, "shiv==1.0.8", "pex==2.33.9", "setuptools<81");
  });
}

async function installPackers(): Promise<string | undefined> {
  try {
    await packers();
    return undefined;
  } catch (error) {
    return `shiv and pex cannot be installed from PyPI: ${(error as Error).message}`;
  }
}

export async function shivFile(): Promise<string> {
  return await kept(`shop-${NAME}.shiv.pyz`, async (target) => {
    const from = await bundleDirectory();
    await output(
      PYTHON.path,
      [
        ...["-m", "shiv.cli", "--site-packages", from, "--entry-point", "shop.check:main"],
        ...["--python", "/usr/bin/env python3", "--output-file", target],
      ],
      { env: { PYTHONPATH: await packers() } },
    );
  });
}

export async function pexFile(): Promise<string> {
  return await kept(`shop-${NAME}.pex`, async (target) => {
    const from = await bundleDirectory();
    const root = await Deno.makeTempDir({ prefix: "eb-e2e-pex-" });
    try {
      await output(
        PYTHON.path,
        [
          ...["-m", "pex", "--sources-directory", from, "--entry-point", "shop.check:main"],
          ...["--python", PYTHON.path, "--output-file", `${root}/shop.pex`],
        ],
        { env: { PYTHONPATH: await packers(), PEX_ROOT: root } },
      );
      await Deno.copyFile(`${root}/shop.pex`, target);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

/** A stdlib zip application of `directory`, with or without a first line for the kernel. */
export async function zipapp(directory: string, target: string, main: string, shebang: boolean) {
  const line = shebang ? ["--python", "/usr/bin/env python3"] : [];
  const args = ["-m", "zipapp", directory, "--output", target, "--main", main, ...line];
  await output(PYTHON.path, args);
  return target;
}
