/** share/ and etc/ found through sys.prefix, scripts that call their siblings, a server, names in Unicode. */
import { basename } from "@std/path/posix";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pack } from "../support/archives.ts";
import { ask, freePort, missingOf, TwoWays, wheelsOf } from "../support/apps.ts";
import { output } from "../support/command.ts";
import { e2e } from "../support/e2e.ts";
import { kept } from "../support/kept.ts";

const jupyter = await elsewhere(await wheelsOf("jupyter", "jupyterlab==4.6.6"));

/** Built on a machine whose Python is nowhere here: a script that is started by its first line fails. */
async function elsewhere(wheels: Awaited<ReturnType<typeof wheelsOf>>): Promise<typeof wheels> {
  if ("missing" in wheels) return wheels;
  const layer = await kept(`elsewhere-${basename(wheels.layer)}`, async (target) => {
    const copy = await Deno.makeTempDir({ prefix: "eb-e2e-jupyter-" });
    await output("cp", ["-a", `${wheels.venv}/.`, copy]);
    const edit = 'grep -lI "$1" "$2"/bin/* | xargs -r sed -i "s#$1#/build/machine#g"';
    await output("sh", ["-c", edit, "sh", wheels.venv, copy]);
    await pack(copy, target, "tar.zst");
    await Deno.remove(copy, { recursive: true });
  });
  return { ...wheels, layer };
}

const FILES = {
  "notes/\u00dcbung \u2603 \u{1f40d}.ipynb":
    '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}',
};

e2e(
  "JupyterLab finds its data and its siblings, and serves pages, files and the kernel",
  missingOf(jupyter),
  async () => {
    await using ways = await TwoWays.create(jupyter, FILES, {
      entrypoints: { default: { console_script: "jupyter" } },
    });
    for (const args of [["lab", "--version"], ["--paths", "--json"], ["lab", "path"]]) {
      const plain = await ways.plainly([`${ways.venv}/bin/jupyter`, ...args]);
      const through = await ways.through(["run", "app", ...args]);
      assertEquals(
        [through.code, ways.normal(through.stdout)],
        [0, ways.normal(plain.stdout)],
        through.stderr,
      );
    }
    const seen: string[][] = [];
    for (const how of ["plain", "edgeboot"] as const) {
      const port = freePort();
      const root = how === "plain"
        ? ways.plain
        : `${ways.sandbox.cache}/v1/trees/sha256/${ways.app}`;
      const args = ["lab", "--no-browser", "--allow-root", "--ServerApp.token=", `--port=${port}`];
      const start = how === "plain" ? [`${ways.venv}/bin/jupyter`] : ["run", "app"];
      const child = ways.start(how, [...start, ...args, `--ServerApp.root_dir=${root}`]);
      try {
        const url = `http://127.0.0.1:${port}`;
        const page = await ask(`${url}/lab`, (text) => text.includes("jupyter-config-data"));
        const asset = /"(\/static\/lab\/main\.[^"]+\.js)/.exec(page)![1]!;
        const script = await ask(`${url}${asset}`);
        assert(script.length > 10_000);
        const kernels = Object.keys(JSON.parse(await ask(`${url}/api/kernelspecs`)).kernelspecs);
        const notes = JSON.parse(await ask(`${url}/api/contents/notes`)).content
          .map(({ name }: { name: string }) => name);
        seen.push([asset, String(script.length), ...kernels, ...notes]);
      } finally {
        child.kill("SIGTERM");
        await child.stderr.cancel();
        await child.status;
      }
    }
    assertEquals(seen[1], seen[0]);
    assertStringIncludes(seen[0]!.join(), "\u00dcbung \u2603 \u{1f40d}.ipynb");
  },
);
