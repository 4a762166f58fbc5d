import { assert, assertEquals } from "@std/assert";
import { command, output } from "../support/command.ts";
import { BINARY } from "../support/binary.ts";
import { Sandbox } from "../support/sandbox.ts";

const HELLO = { "web.py": "print('up')\n" };
const START = { entrypoint: { module: "web" } };
/** Far more than any of these takes; a pipe would be waited for without end. */
const LIMIT_MS = 60_000;

interface Place {
  /** The path, in a sandbox where the app has run. */
  at(sandbox: Sandbox): string;
  readonly args?: readonly string[];
  readonly env?: (path: string) => Record<string, string>;
  /** Exit codes; 0: it starts all the same. */
  readonly code: number;
}

const PLACES: Readonly<Record<string, Place>> = {
  "the app in a directory registry": {
    at: ({ registry }) => `${registry}/apps/web`,
    ...{ args: ["run", "--strict", "web"], code: 78 },
  },
  "apps/ of a directory registry": {
    at: ({ registry }) => `${registry}/apps`,
    ...{ args: ["run", "--strict", "web"], code: 69 },
  },
  "the release": {
    at: ({ registry }) => `${registry}/apps/web/stable.json`,
    ...{ args: ["run", "--strict", "web"], code: 69 },
  },
  "the configuration": {
    at: (sandbox) => sandbox.path("files", "config.toml"),
    env: (path) => ({ EDGEBOOT_CONFIG: path }),
    code: 78,
  },
  "the token": {
    at: (sandbox) => sandbox.path("files", "token"),
    env: (path) => ({ EDGEBOOT_TOKEN_FILE: path }),
    code: 78,
  },
  "the cache": { at: ({ cache }) => cache, code: 73 },
  "v1 of the cache": { at: ({ cache }) => `${cache}/v1`, code: 73 },
  "the ref": { at: ({ cache }) => inside(cache, "refs"), code: 0 },
  "the plan": { at: ({ cache }) => inside(cache, "plans"), code: 0 },
  "the interpreter's answer": { at: ({ cache }) => inside(cache, "pythons"), code: 0 },
  "the release in the cache": { at: ({ cache }) => inside(cache, "releases"), code: 0 },
  "pyvenv.cfg": { at: ({ cache }) => `${environment(cache)}/pyvenv.cfg`, code: 0 },
  "an environment's document": {
    at: ({ cache }) => `${environment(cache)}/edgeboot.json`,
    code: 0,
  },
  "an environment": { at: ({ cache }) => environment(cache), code: 0 },
  "an environment's lease": { at: ({ cache }) => inside(cache, "leases/environments"), code: 0 },
  "the file for metrics": {
    at: (sandbox) => sandbox.path("files", "metrics.prom"),
    env: (path) => ({ EDGEBOOT_METRICS: path }),
    code: 0,
  },
  "the file for timings": {
    at: (sandbox) => sandbox.path("files", "timings.jsonl"),
    env: (path) => ({ EDGEBOOT_TIMINGS: path }),
    code: 0,
  },
};

/** The only file below a directory of the cache. */
function inside(cache: string, name: string): string {
  return below(`${cache}/v1/${name}`)[0]!;
}

function below(path: string): string[] {
  return [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) =>
    isDirectory ? below(`${path}/${name}`) : [`${path}/${name}`]
  );
}

function environment(cache: string): string {
  const [{ name }] = [...Deno.readDirSync(`${cache}/v1/environments`)] as [Deno.DirEntry];
  return `${cache}/v1/environments/${name}`;
}

for (const [name, place] of Object.entries(PLACES)) {
  Deno.test(`edgeboot waits for no pipe when it finds one in place of ${name}`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", HELLO, START);
    assertEquals((await sandbox.edgeboot(["run", "web"])).code, 0);
    const path = place.at(sandbox);
    await output("rm", ["-rf", path]);
    await output("mkfifo", [path]);
    const call = async (args: readonly string[], env = {}) => {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const options = { env: sandbox.environment({ env }), clearEnv: true, signal };
      const ended = await command(BINARY, args, options);
      assert(!signal.aborted, `edgeboot ${args.join(" ")} waits`);
      return ended;
    };
    const env = place.env?.(path) ?? {};
    const { code, stdout, stderr } = await call(place.args ?? ["run", "web"], env);
    assertEquals([code, stdout], [place.code, place.code === 0 ? "up\n" : ""], stderr);
    for (
      const args of [["cache", "list"], ["verify", "--all"], ["cache", "gc"], ["doctor", "web"]]
    ) {
      const { code, stderr } = await call(args, env);
      assert(code !== 70, `edgeboot ${args.join(" ")}: ${stderr}`);
    }
  });
}
