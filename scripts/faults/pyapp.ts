import { output } from "../../tests/e2e/support/command.ts";
import { needsProgram } from "../../tests/e2e/support/e2e.ts";
import { kept } from "../../tests/e2e/support/kept.ts";
import { copyTree } from "../../tests/e2e/support/wheels.ts";
import { PYTHON } from "../../tests/e2e/support/python.ts";

const VERSION = "0.31.0";

export const needsCargo = await needsProgram("cargo", "--version");

/** Parts of the standard library that the app does not use, and that would take most of the time. */
const UNUSED = [
  "test",
  "idlelib",
  "tkinter",
  "lib2to3",
  "ensurepip",
  "pydoc_data",
  "dist-packages",
];

/**
 * An executable that brings its Python along and unpacks it at the first start: the interpreter of the tests
 * with its standard library and the app in it, so that nothing is downloaded when it starts.
 */
export async function buildPyapp(source: string): Promise<string> {
  return await kept(`pyapp-${VERSION}-${PYTHON.tag}`, async (target) => {
    const work = await Deno.makeTempDir({ prefix: "eb-pyapp-" });
    try {
      const env = await distribution(work, source);
      await output(
        "cargo",
        ["install", "pyapp", "--version", VERSION, "--root", work, "--locked"],
        {
          env,
        },
      );
      await Deno.copyFile(`${work}/bin/pyapp`, target);
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  });
}

async function distribution(work: string, source: string): Promise<Record<string, string>> {
  const lib = `lib/python${PYTHON.version}`;
  const root = `${work}/dist`;
  for (const name of ["bin", "lib"]) await Deno.mkdir(`${root}/${name}`, { recursive: true });
  await Deno.copyFile(await Deno.realPath(PYTHON.path), `${root}/bin/python3`);
  const ask = "import sysconfig; print(sysconfig.get_path('stdlib'))";
  const stdlib = (await output(PYTHON.path, ["-I", "-c", ask])).trim();
  await copyTree(stdlib, `${root}/${lib}`);
  for (const name of UNUSED) {
    await Deno.remove(`${root}/${lib}/${name}`, { recursive: true }).catch(() => {});
  }
  await output("find", [root, "-name", "__pycache__", "-prune", "-exec", "rm", "-rf", "{}", "+"]);
  await copyTree(`${source}/peerapp`, `${root}/${lib}/peerapp`);
  await output("tar", ["-C", work, "-czf", `${work}/dist.tar.gz`, "dist"]);
  return {
    PYAPP_PROJECT_NAME: "peerapp",
    PYAPP_PROJECT_VERSION: "1.0",
    PYAPP_DISTRIBUTION_EMBED: "1",
    PYAPP_DISTRIBUTION_PATH: `${work}/dist.tar.gz`,
    PYAPP_DISTRIBUTION_PYTHON_PATH: "dist/bin/python3",
    PYAPP_DISTRIBUTION_SITE_PACKAGES_PATH: `dist/${lib}/site-packages`,
    PYAPP_SKIP_INSTALL: "1",
    PYAPP_FULL_ISOLATION: "1",
    PYAPP_EXEC_MODULE: "peerapp",
    CARGO_TARGET_DIR: `${work}/target`,
  };
}
