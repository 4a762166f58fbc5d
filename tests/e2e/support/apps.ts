import { pack } from "./archives.ts";
import { BINARY, CACHED } from "./binary.ts";
import { command, type Ended, output } from "./command.ts";
import { kept } from "./kept.ts";
import { PYTHON, runPip } from "./python.ts";
import { type Files, Sandbox, sha256 } from "./sandbox.ts";

/** A virtual environment of real wheels, and the same packed as a layer; or why it cannot be had. */
export type Wheels = { readonly venv: string; readonly layer: string } | {
  readonly missing: string;
};

/** Installs pinned requirements once; later runs find them. */
export async function wheelsOf(name: string, ...requirements: string[]): Promise<Wheels> {
  const key = `${name}-${PYTHON.tag}-${(await sha256(requirements.join(" "))).slice(0, 12)}`;
  try {
    const venv = await kept(`venv-${key}`, async (target) => {
      await output(PYTHON.path, ["-I", "-m", "venv", "--without-pip", target]);
      await pipInto(target, requirements);
      // Its scripts name its place, and it is about to be moved to its final one.
      const edit = 'grep -lI "$1" "$1"/bin/* | xargs -r sed -i "s#$1#$2#g"';
      await output("sh", ["-c", edit, "sh", target, `${CACHED}/venv-${key}`]);
    });
    const layer = await kept(`venv-${key}.tar.zst`, async (target) => {
      await pack(venv, target, "tar.zst");
    });
    return { venv, layer };
  } catch (error) {
    return { missing: `wheels cannot be installed from PyPI: ${(error as Error).message}` };
  }
}

async function pipInto(venv: string, requirements: readonly string[]): Promise<void> {
  await runPip([
    ...["--python", `${venv}/bin/python3`, "install", "--no-compile"],
    ...["--only-binary", ":all:", ...requirements],
  ]);
}

export const missingOf = (wheels: Wheels) => "missing" in wheels ? wheels.missing : undefined;

/** One app, startable in two ways that must look the same from inside. */
export class TwoWays implements AsyncDisposable {
  static async create(wheels: Wheels, files: Files, release: object = {}): Promise<TwoWays> {
    if ("missing" in wheels) throw new Error(wheels.missing);
    const sandbox = await Sandbox.create();
    const app = await sandbox.blob(await sandbox.archive(files, "tar"));
    const deps = await sandbox.blob(wheels.layer);
    await sandbox.release("app", "stable", {
      schema: "edgeboot.release/v1",
      ...{ app: "app", version: "1", entrypoints: {}, ...release },
      variants: [{
        ...{ python_tag: PYTHON.tag, abi: PYTHON.tag, platform: `linux_${PYTHON.machine}` },
        layers: [{ kind: "app", ...app }, { kind: "deps", ...deps }],
      }],
    });
    const plain = await sandbox.write("plain", files);
    const fetched = await sandbox.edgeboot(["fetch", "app"]);
    if (fetched.code !== 0) throw new Error(fetched.stderr);
    return new TwoWays(sandbox, wheels.venv, plain, app.sha256, deps.sha256);
  }

  private constructor(
    readonly sandbox: Sandbox,
    readonly venv: string,
    readonly plain: string,
    readonly app: string,
    readonly deps: string,
  ) {}

  /** As in a virtual environment that has been activated. */
  plainEnvironment(env: Record<string, string> = {}): Record<string, string> {
    const { PATH, HOME, TMPDIR } = this.sandbox.environment();
    return {
      ...{ HOME: HOME!, TMPDIR: TMPDIR!, PATH: `${this.venv}/bin:${PATH}`, PYTHONPATH: this.plain },
      ...{ PYTHONDONTWRITEBYTECODE: "1", PYTHONSAFEPATH: "1", PYTHONNOUSERSITE: "1" },
      ...env,
    };
  }

  /** `python …` in the virtual environment. */
  async plainly(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return await command(`${this.venv}/bin/python3`, args, {
      ...{ env: this.plainEnvironment(env), clearEnv: true, cwd: this.sandbox.path("home") },
    });
  }

  /** `edgeboot …`, in the same directory. */
  async through(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return await this.sandbox.edgeboot(args, { env, cwd: this.sandbox.path("home") });
  }

  /** A server, started and not waited for. */
  start(how: "plain" | "edgeboot", args: readonly string[], env: Record<string, string> = {}) {
    const plain = how === "plain";
    return new Deno.Command(plain ? `${this.venv}/bin/python3` : BINARY, {
      args: [...args],
      env: plain ? this.plainEnvironment(env) : this.sandbox.environment({ env }),
      ...{ clearEnv: true, cwd: this.sandbox.path("home") },
      ...{ stdin: "null", stdout: "null", stderr: "piped" } as const,
    }).spawn();
  }

  /** What was printed, with the places of the same files under one name. */
  normal(text: string): string {
    const trees = `${this.sandbox.cache}/v1/trees/sha256`;
    const environments = new RegExp(`${this.sandbox.cache}/v1/environments/[0-9a-f]{64}`, "g");
    return text.replaceAll(environments, "<deps>")
      .replaceAll(`${trees}/${this.app}`, "<app>").replaceAll(this.plain, "<app>")
      .replaceAll(`${trees}/${this.deps}`, "<deps>").replaceAll(this.venv, "<deps>");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}

export function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Asks until there is an answer that satisfies, for 30 s at most. */
export async function ask(
  url: string,
  satisfies: (answer: string) => boolean = () => true,
): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const response = await fetch(url, { headers: { connection: "close" } });
      const answer = await response.text();
      if (satisfies(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`${url} still answers ${answer}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
