import { assert, assertEquals } from "@std/assert";
import { BINARY } from "../binary.ts";
import { command, type Ended, output } from "../command.ts";
import { Sandbox } from "../sandbox.ts";
import { StaticServer } from "../server.ts";
import { checkCache, type Whole } from "./cache_check.ts";
import { environmentsIn } from "./environment_check.ts";
import { type Listing, listingOfArchive } from "./listing.ts";
import { asUser, type Call, type Injection, type Site, sitesBelow, trace } from "./strace.ts";
import { type Traced } from "./strace.ts";

export interface BenchOptions {
  readonly transport: "file" | "http";
  /** numeric; this process's user where it is not given */
  readonly uid?: number | undefined;
  /** A layer above 1 MiB, which is read by a second thread. */
  readonly large?: boolean;
  /** The first layer is there already, under an older release of the app. */
  readonly update?: boolean;
  /** The first layer is one of dependencies, whose bytecode `fetch` compiles with a Python of its own. */
  readonly bytecode?: boolean;
  /**
   * What is struck: a cold fetch where it is not given. `compile`: with the Python that compiles for it.
   * `start`: the first start of what was fetched without bytecode, edgeboot and then Python, which leaves it.
   * `compose`: the making of the environment alone.
   */
  readonly act?: "compile" | "start" | "compose";
}

/** What is done before the blow, and what is struck. */
const ACTS = {
  fetch: { before: undefined, struck: "fetch", across: undefined },
  compile: { before: undefined, struck: "fetch", across: "exec" },
  start: { before: "never", struck: "run", across: "exec" },
  compose: { before: "never", struck: "env", across: undefined },
} as const;

/** Prints what it finds of itself, so that a start with a file missing is not taken for a good one. */
const APP = `
import os, lib.one, lib.two, lib.deep.three
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
names = sorted(name for _, _, files in os.walk(here) for name in files)
print(lib.one.X + lib.two.X + lib.deep.three.X, len(names))
`;
const LAYER_A = {
  "lib/__init__.py": "",
  "lib/one.py": "X = 1\n",
  "lib/two.py": "X = 20\n" + "# a comment\n".repeat(3000),
  "lib/deep/__init__.py": "",
  "lib/deep/three.py": "X = 300\n",
  "lib/deep/er/most/data.txt": "far down\n",
  "bin/tool": "#!/bin/sh\necho tool\n",
};
const LAYER_B = {
  "app/__init__.py": "",
  "app/__main__.py": APP,
  "app/data/one.txt": "1",
  "app/data/two.txt": "22",
};
export const APP_PRINTS = "321 4\n";

/**
 * A release of two layers, a tar.zst and a zip, with directories, an empty one among them, links and a
 * program, and any number of empty caches to fetch it into.
 */
export class Bench implements AsyncDisposable {
  #trials = 0;

  private constructor(
    readonly sandbox: Sandbox,
    readonly options: BenchOptions,
    private readonly server: StaticServer | undefined,
    /** by digest, in the order of the release */
    readonly layers: ReadonlyMap<string, Listing>,
  ) {}

  /** What a fetch that nobody disturbs has made: environments by their names. */
  readonly environments = new Map<string, Listing>();

  get act() {
    return ACTS[this.options.act ?? "fetch"];
  }

  static async create(options: BenchOptions): Promise<Bench> {
    const sandbox = await Sandbox.create();
    await Deno.chmod(sandbox.path("tmp"), 0o1777);
    const layers = new Map<string, Listing>();
    const digests: string[] = [];
    for (const [tar, archive] of await makeLayers(sandbox, options.large ?? false)) {
      const { sha256 } = await sandbox.blob(archive);
      layers.set(sha256, await listingOfArchive(tar));
      digests.push(sha256);
    }
    const release = (version: string, layers: readonly string[]) => ({
      schema: "edgeboot.release/v1",
      ...{ app: "web", version, entrypoint: { module: version === "1" ? "lib.one" : "app" } },
      layers: layers.map((sha256, index) => ({
        sha256,
        ...(isDeps(options) && index === 0 ? { kind: "deps" } : {}),
      })),
    });
    await sandbox.release("web", "before", release("1", digests.slice(0, 1)));
    await sandbox.release("web", "stable", release("2", digests));
    const server = options.transport === "http" ? new StaticServer(sandbox.registry) : undefined;
    const bench = new Bench(sandbox, options, server, layers);
    const trial = await bench.trial();
    const { code, stderr } = await trial.edgeboot(["fetch", "web"]);
    assertEquals(code, 0, stderr);
    for (const [key, listing] of await environmentsIn(trial.cache)) {
      bench.environments.set(key, listing);
    }
    assert(bench.environments.size > 0, "no environment was made");
    await trial.discard();
    return bench;
  }

  environment(cache: string): Record<string, string> {
    const registry = this.server?.url ?? this.sandbox.registry;
    return this.sandbox.environment({ cache, registry });
  }

  /** A place for one attempt, with a cache that does not exist yet, or has an older release. */
  async trial(): Promise<Trial> {
    const root = this.sandbox.path("files", `trial-${++this.#trials}`);
    await Deno.mkdir(root);
    if (this.options.uid !== undefined) await Deno.chown(root, this.options.uid, this.options.uid);
    const trial = new Trial(this, root);
    if (this.options.update) {
      const { code, stderr } = await trial.edgeboot(["fetch", "web@before"]);
      assertEquals(code, 0, stderr);
    }
    if (this.act.before !== undefined) {
      const how = ["--compile-bytecode", this.act.before];
      const { code, stderr } = await trial.edgeboot(["fetch", ...how, "web"]);
      assertEquals(code, 0, stderr);
      if (this.act.struck === "env") await trial.forgetEnvironments();
    }
    return trial;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server?.[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }
}

/** For each layer: an archive that Python reads, and the one that is published. */
async function makeLayers(sandbox: Sandbox, large: boolean): Promise<[string, string][]> {
  const root = await sandbox.write("files/a", LAYER_A);
  await Deno.chmod(`${root}/bin/tool`, 0o755);
  await Deno.mkdir(`${root}/empty`);
  await Deno.symlink("deep/er", `${root}/lib/link`);
  if (large) {
    const noise = new Uint8Array(1_300_000);
    for (let at = 0; at < noise.length; at += 65536) {
      crypto.getRandomValues(noise.subarray(at, at + 65536));
    }
    await Deno.writeFile(`${root}/lib/noise.bin`, noise);
  }
  const tar = sandbox.path("files", "a.tar");
  await output("tar", ["-C", root, "-cf", tar, ...namesIn(root)]);
  const zst = `${tar}.zst`;
  const { zstdCompressSync } = await import("node:zlib");
  await Deno.writeFile(zst, zstdCompressSync(await Deno.readFile(tar)));
  const zip = await sandbox.archive(LAYER_B, "zip");
  return [[tar, zst], [zip, zip]];
}

function isDeps({ bytecode, act }: BenchOptions): boolean {
  return bytecode === true || act !== undefined;
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** One empty cache, and what may be done to it. */
export class Trial {
  readonly cache: string;

  constructor(readonly bench: Bench, readonly root: string) {
    this.cache = `${root}/cache`;
  }

  async edgeboot(args: readonly string[]): Promise<Ended> {
    const [program, ...rest] = asUser(this.bench.options.uid, [BINARY, ...args]);
    const env = this.bench.environment(this.cache);
    return await command(program!, rest, { env, clearEnv: true, cwd: this.bench.sandbox.root });
  }

  /** Environments are made again; so are their plans, which name them. */
  async forgetEnvironments(): Promise<void> {
    for (const name of ["environments", "leases/environments", "plans"]) {
      await Deno.remove(`${this.cache}/v1/${name}`, { recursive: true });
    }
  }

  /** What is struck, under strace. */
  async traced(calls: readonly string[], injection?: Injection): Promise<Traced> {
    const { struck, across } = this.bench.act;
    return await trace([BINARY, struck, "web"], {
      ...{ calls, injection, log: `${this.root}/trace`, uid: this.bench.options.uid },
      ...(across === undefined ? {} : { across }),
      ...{ env: this.bench.environment(this.cache), cwd: this.bench.sandbox.root },
    });
  }

  sites(calls: readonly Call[]): Site[] {
    const digests = [...this.bench.layers.keys()];
    return sitesBelow(
      this.cache,
      calls,
      (path) =>
        digests.reduce(
          (text, digest, index) => text.replaceAll(digest, `<layer ${index + 1}>`),
          path,
        )
          .replaceAll(digests.map((digest) => digest.slice(0, 24)).join("-"), "<layers>")
          .replaceAll(encodeURIComponent(this.cache), "<cache>")
          .replace(/(?<=^v1\/refs\/)[^/]+/, "<registry>")
          .replace(/(?<=^v1\/plans\/[0-9a-f]{64}\/)[0-9a-f]+/, "<plan>")
          .replace(/(?<=\/)[0-9a-f]{32}(?=$|[./])/, "<id>")
          .replace(/(?<=\.pyc\.)\d+$/, "<id>"),
    );
  }

  /** @throws AssertionError where anything that a start could see is not whole */
  async check(): Promise<Whole> {
    return await checkCache(this.cache, this.bench.layers, this.bench.environments);
  }

  /** A start without any fault, which must need no help. */
  async startsUnaided(): Promise<void> {
    const { code, stdout, stderr } = await this.edgeboot(["run", "web"]);
    assertEquals([code, stdout], [0, APP_PRINTS], `the next start: ${stderr}`);
    assert(!/warning|error/.test(stderr), `the next start: ${stderr}`);
    const { trees, unclosed } = await this.check();
    assertEquals(trees, this.bench.layers.size, "the next start has all trees");
    assertEquals(unclosed, 0, "the next start closes what was left open");
  }

  async discard(): Promise<void> {
    if (Deno.uid() !== 0) await command("chmod", ["-R", "u+w", this.root]);
    await Deno.remove(this.root, { recursive: true });
  }
}
