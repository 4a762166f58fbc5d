import { assert, assertEquals } from "@std/assert";
import { BINARY } from "../binary.ts";
import { exists } from "../kept.ts";
import { Sandbox } from "../sandbox.ts";
import { checkCache, leftovers } from "./cache_check.ts";
import { type Listing, listingOfArchive } from "./listing.ts";

/** Where a kill fell, from what it has left behind. */
export type Phase =
  | "before the fetch"
  | "download"
  | "unpacking"
  | "record, sync, publish"
  | "after publishing"
  | "the app"
  | "it was done before";

export const PHASES: readonly Phase[] = [
  ...["before the fetch", "download", "unpacking", "record, sync, publish"] as const,
  ...["after publishing", "the app", "it was done before"] as const,
];

const VERSIONS = 8;
/** Cold starts again from here. */
const ROUNDS_UNTIL_CLEARED = 12;
const FILES = 120;

/** Some versions of an app, each with a layer of its own beside a shared one, and one cache for all. */
export class RandomKills implements AsyncDisposable {
  #round = 0;
  #next = 0;
  #cold = 0;
  #half = 0;

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly layers: ReadonlyMap<string, Listing>,
  ) {}

  static async create(): Promise<RandomKills> {
    const sandbox = await Sandbox.create();
    const layers = new Map<string, Listing>();
    const publish = async (files: Readonly<Record<string, string>>): Promise<string> => {
      const archive = await sandbox.archive(files, "tar.gz");
      const { sha256 } = await sandbox.blob(archive);
      layers.set(sha256, await listingOfArchive(archive));
      return sha256;
    };
    const shared = await publish({ "shared/__init__.py": "WORD = 'shared'\n", ...manyFiles("s") });
    for (let version = 1; version <= VERSIONS; version++) {
      const own = await publish({
        "app/__init__.py": "",
        "app/__main__.py": "import shared, time\ntime.sleep(0.02)\n" +
          `print(shared.WORD, ${version})\n`,
        ...manyFiles(`${version}`),
      });
      await sandbox.release("web", `${version}`, {
        schema: "edgeboot.release/v1",
        ...{ app: "web", version: `${version}`, entrypoint: { module: "app" } },
        layers: [{ sha256: shared }, { sha256: own }],
      });
    }
    const kills = new RandomKills(sandbox, layers);
    await kills.#measure();
    return kills;
  }

  /** Starts an app, kills it some time later, and starts it again. */
  async round(): Promise<Phase> {
    if (this.#round++ % ROUNDS_UNTIL_CLEARED === 0) await this.#clear();
    this.#next = this.#next % VERSIONS + 1;
    const app = `web@${this.#next}`;
    const ms = exists(`${this.sandbox.cache}/v1/refs`) ? this.#half : this.#cold;
    const child = new Deno.Command(BINARY, {
      args: ["run", app],
      ...{ env: this.sandbox.environment(), clearEnv: true },
      ...{ stdin: "null", stdout: "piped", stderr: "null" },
    }).spawn();
    const ended = child.output();
    await new Promise((done) => setTimeout(done, Math.random() * ms));
    const becamePython = isPython(child.pid);
    try {
      child.kill("SIGKILL");
    } catch {
      // It was done before.
    }
    const { signal } = await ended;
    const phase = signal !== "SIGKILL" ? "it was done before" : this.#phase(becamePython);
    await checkCache(this.sandbox.cache, this.layers);
    const { code, stdout, stderr } = await this.sandbox.edgeboot(["run", app]);
    assertEquals([code, stdout], [0, `shared ${this.#next}\n`], `after "${phase}": ${stderr}`);
    assert(!/warning|error/.test(stderr), stderr);
    await checkCache(this.sandbox.cache, this.layers);
    return phase;
  }

  /** A start and the collector take all that is left away; what may be continued must have grown old. */
  async collected(): Promise<readonly string[]> {
    const { code, stderr } = await this.sandbox.edgeboot(["cache", "gc"]);
    assertEquals([code, stderr], [0, ""]);
    return leftovers(this.sandbox.cache);
  }

  /** How long a start takes with nothing there, and with the shared layer there. */
  async #measure(): Promise<void> {
    const start = async (version: number) => {
      const began = performance.now();
      await this.sandbox.edgeboot(["run", `web@${version}`]);
      return performance.now() - began;
    };
    const [cold, half]: [number[], number[]] = [[], []];
    for (let n = 0; n < 3; n++) {
      await this.#clear();
      cold.push(await start(1));
      half.push(await start(2));
    }
    this.#cold = Math.min(...cold);
    this.#half = Math.min(...half);
  }

  async #clear(): Promise<void> {
    if (!exists(this.sandbox.cache)) return;
    const { cache } = this.sandbox;
    await new Deno.Command("chmod", { args: ["-R", "u+w", cache] }).output();
    await Deno.remove(cache, { recursive: true });
  }

  #phase(becamePython: boolean): Phase {
    if (becamePython) return "the app";
    const left = leftovers(this.sandbox.cache);
    if (left.some((path) => /^work\/[0-9a-f]{32}$/.test(path))) {
      const version = `${this.sandbox.cache}/v1`;
      const works = left.filter((path) => /^work\/[0-9a-f]{32}$/.test(path));
      if (works.some((path) => !exists(`${version}/${path}/tree`))) return "record, sync, publish";
      if (works.some((path) => exists(`${version}/${path}/tree.jsonl`))) {
        return "record, sync, publish";
      }
      const records = left.some((path) => path.startsWith("records/"));
      if (records) return "record, sync, publish";
      const begun = works.some((path) =>
        [...Deno.readDirSync(`${version}/${path}/tree`)].length > 0
      );
      return begun ? "unpacking" : "download";
    }
    if (left.some((path) => path.startsWith("partials/") || path.startsWith("locks/"))) {
      return "download";
    }
    return this.#wasThere() ? "after publishing" : "before the fetch";
  }

  /** Whether the version that is being started has all of its trees. */
  #wasThere(): boolean {
    const path = `${this.sandbox.registry}/apps/web/${this.#next}.json`;
    const { layers } = JSON.parse(Deno.readTextFileSync(path));
    return layers.every(({ sha256 }: { sha256: string }) =>
      exists(`${this.sandbox.cache}/v1/trees/sha256/${sha256}`)
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}

function manyFiles(name: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(
      { length: FILES },
      (_, n) => [`data_${name}/d${n % 7}/f${n}.txt`, `${name} ${n} `.repeat(300)],
    ),
  );
}

function isPython(pid: number): boolean {
  try {
    return /python/.test(Deno.readLinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}
