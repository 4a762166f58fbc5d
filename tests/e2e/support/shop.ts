import { assertEquals } from "@std/assert";
import { type Ended, output } from "./command.ts";
import { locker, PackageIndex, type Project } from "./package_index.ts";
import { PYTHON, SEARCH_PATH } from "./python.ts";
import { type EdgebootOptions, type Files, Sandbox } from "./sandbox.ts";

const NATIVE = `${PYTHON.tag}-${PYTHON.tag}`;

/** Builds a wheel by itself, with the time of the build and an order of its own in it. */
const BACKEND = `
import os, random, time, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "craft-1.0-py3-none-any.whl"
    info = "craft-1.0.dist-info"
    files = {
        "craft.py": open("craft.py").read(),
        info + "/METADATA": open("PKG-INFO").read(),
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: craft\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    rows = [path + ",," for path in files] + [info + "/RECORD,,"]
    random.shuffle(rows)
    files[info + "/RECORD"] = "\\n".join(rows) + "\\n"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        for path in random.sample(list(files), len(files)):
            wheel.writestr(zipfile.ZipInfo(path, time.gmtime()[:6]), files[path])
    return name
`;

/**
 * What an app of the tests depends on: a chain, a marker, an extra, wheels of several platforms, data beside
 * site-packages, a source without wheels.
 */
export const PROJECTS: readonly Project[] = [
  {
    ...{ name: "greet", version: "1.0", tags: ["py3-none-any"] },
    files: { "greet/__init__.py": "from words import WORD\ndef main():\n    print(WORD)\n" },
    metadata: [
      "Requires-Dist: words>=1",
      'Requires-Dist: winonly; sys_platform == "win32"',
      'Requires-Dist: shout; extra == "loud"',
      "Provides-Extra: loud",
    ],
    entryPoints: "[console_scripts]\ngreet = greet:main\n",
  },
  {
    ...{ name: "words", version: "1.0", tags: ["py3-none-any"] },
    files: {
      "words.py": "WORD = 'hello'\n",
      "words-1.0.data/data/share/words/list.txt": "hello\n",
      "words-1.0.data/scripts/words-list": "#!python\nprint('listed')\n",
    },
  },
  { ...{ name: "shout", version: "1.0", tags: ["py3-none-any"] }, files: { "shout.py": "" } },
  { ...{ name: "winonly", version: "1.0", tags: ["py3-none-any"] }, files: { "winonly.py": "" } },
  {
    ...{ name: "fast", version: "2.0" },
    tags: [
      ...["manylinux_2_17_x86_64", "manylinux_2_17_aarch64", "win_amd64"].map((p) =>
        `${NATIVE}-${p}`
      ),
      `${NATIVE}-macosx_11_0_arm64`,
    ],
    files: { "fast.py": "SPEED = 9\n" },
  },
  {
    ...{ name: "craft", version: "1.0", tags: [], files: { "craft.py": "MADE = 'by hand'\n" } },
    sdist: {
      "backend.py": BACKEND,
      "pyproject.toml":
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    },
  },
];

/** The app: says what of its dependencies it has. */
export const APP: Files = {
  "shop.py": `
import importlib.util, os, sys
import greet
greet.main()
for name in ("fast", "craft", "shout", "winonly"):
    if importlib.util.find_spec(name):
        print(name)
if os.path.exists(os.path.join(sys.prefix, "share/words/list.txt")):
    print("data")
`,
};

/** `pyproject.toml` of the app, of the form that uv, PDM and Poetry 2 read. */
export function pyproject(dependencies: readonly string[], extra = ""): string {
  return `[project]
name = "shop"
version = "1.0"
requires-python = ">=${PYTHON.version}"
dependencies = ${JSON.stringify(dependencies)}

[dependency-groups]
dev = ["shout"]
${extra}`;
}

export interface ShopOptions extends EdgebootOptions {
  /** Whether uv is found; it is. */
  readonly uv?: boolean;
}

/** A sandbox with the index and the app in `app/`; `uv` is on the path unless it is taken off. */
export class Shop implements AsyncDisposable {
  private constructor(readonly sandbox: Sandbox, readonly index: PackageIndex) {}

  static async open(): Promise<Shop> {
    const sandbox = await Sandbox.create();
    const shop = new Shop(sandbox, await PackageIndex.serve(sandbox, PROJECTS));
    await sandbox.write("app", APP);
    await Deno.mkdir(sandbox.path("tools"));
    await Deno.symlink(locker("uv")[0], sandbox.path("tools", "uv"));
    return shop;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.index[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }

  async write(name: string, text: string): Promise<void> {
    await this.sandbox.write(".", { [name]: text });
  }

  env({ uv = true }: { uv?: boolean } = {}): Record<string, string> {
    const path = uv ? `${this.sandbox.path("tools")}:${SEARCH_PATH}` : SEARCH_PATH;
    return { PATH: path, PIP_INDEX_URL: this.index.url, UV_DEFAULT_INDEX: this.index.url };
  }

  /** Lets a tool lock what is in the sandbox's top. */
  async lock(tool: string, ...args: string[]): Promise<void> {
    const [program, ...first] = locker(tool);
    const env = { ...this.sandbox.environment(), ...this.env(), UV_PYTHON: PYTHON.path };
    await output(program, [...first, ...args], { env, clearEnv: true, cwd: this.sandbox.root });
  }

  /** `edgeboot pack` of the app. */
  async pack(args: readonly string[], options: ShopOptions = {}): Promise<Ended> {
    const { env, uv = true, ...rest } = options;
    const always = ["--app", "shop", "--version", "1", "--source", "app", "--entry", "shop"];
    return await this.sandbox.edgeboot(
      ["pack", ...always, "--python", PYTHON.version, "-o", "registry", ...args],
      { ...rest, env: { ...this.env({ uv }), ...env } },
    );
  }

  /** Packs, which must go well, and says what the app prints. */
  async packed(args: readonly string[], options: ShopOptions = {}): Promise<string[]> {
    const packed = await this.pack(args, options);
    assertEquals(packed.code, 0, packed.stderr);
    const run = await this.sandbox.edgeboot(["run", "shop@1"]);
    assertEquals(run.code, 0, run.stderr);
    return run.stdout.trim().split("\n");
  }

  /** The release that was packed. */
  async release(): Promise<string> {
    return await Deno.readTextFile(this.sandbox.path("registry/apps/shop/1.json"));
  }
}
