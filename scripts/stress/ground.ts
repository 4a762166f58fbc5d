import { mustRun } from "../demo/run.ts";
import { sha256Hex } from "../demo/layers.ts";
import { serveRegistry, type StaticServer } from "../demo/static_server.ts";

/** Files by path. */
export type Files = Readonly<Record<string, string>>;

/** A registry behind HTTP, a cache, and how edgeboot is called on them. */
export class Ground implements AsyncDisposable {
  readonly server: StaticServer;

  private constructor(
    readonly edgeboot: string,
    readonly path: string,
    readonly work: string,
  ) {
    this.server = serveRegistry(this.registry);
  }

  static async make(edgeboot: string, python: string): Promise<Ground> {
    const work = await Deno.makeTempDir({ prefix: "edgeboot-stress-" });
    // Others than this user pass through.
    await Deno.chmod(work, 0o755);
    await Deno.mkdir(`${work}/registry/blobs/sha256`, { recursive: true });
    const directory = python.slice(0, python.lastIndexOf("/"));
    return new Ground(edgeboot, `${directory}:/usr/bin:/bin:/usr/sbin:/sbin`, work);
  }

  get registry(): string {
    return `${this.work}/registry`;
  }

  get cache(): string {
    return `${this.work}/cache`;
  }

  environment(cache = this.cache): Record<string, string> {
    return {
      ...{ PATH: this.path, HOME: "/nonexistent", EDGEBOOT_REGISTRY: this.server.origin },
      EDGEBOOT_CACHE: cache,
    };
  }

  /** Packs the files and puts them into the registry. */
  async layer(name: string, files: Files): Promise<string> {
    const source = `${this.work}/source/${name}`;
    for (const [path, text] of Object.entries(files)) {
      const file = `${source}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    const archive = `${this.work}/${name}.tar.gz`;
    await mustRun(["tar", "-C", source, "-czf", archive, "."]);
    const sha256 = await sha256Hex(await Deno.readFile(archive));
    await Deno.copyFile(archive, `${this.registry}/blobs/sha256/${sha256}`);
    return sha256;
  }

  /** @param dependencies layers that become the site-packages of the app's environment */
  async release(
    app: string,
    layers: readonly string[],
    dependencies: readonly string[] = [],
  ): Promise<void> {
    const directory = `${this.registry}/apps/${app}`;
    await Deno.mkdir(directory, { recursive: true });
    const release = {
      ...{ schema: "edgeboot.release/v1", app, version: "1" },
      layers: [
        ...layers.map((sha256) => ({ sha256, python_paths: ["."] })),
        ...dependencies.map((sha256) => ({ sha256, kind: "deps" })),
      ],
      entrypoint: { module: app },
    };
    await Deno.writeTextFile(`${directory}/stable.json`, JSON.stringify(release));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await Deno.remove(this.work, { recursive: true });
  }
}

/** Where something runs: as it is, or in mount and PID namespaces of its own, by another user. */
export interface Place {
  readonly name: string;
  /** another path of the cache, in namespaces of its own */
  readonly view?: string;
  readonly uid?: number;
}

const IN_NAMESPACES = 'mkdir -p "$2"; mount --bind "$1" "$2" && shift 2 && exec "$@"';

/** The command line that runs `argv` on the ground's cache as it is seen from there. */
export function within(
  place: Place,
  { cache }: Ground,
  argv: readonly string[],
): readonly [string, ...string[]] {
  const asUser = place.uid === undefined
    ? argv
    : ["setpriv", `--reuid=${place.uid}`, `--regid=${place.uid}`, "--clear-groups", ...argv];
  if (place.view === undefined) return asUser as [string, ...string[]];
  const unshare = [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--mount-proc",
    "--propagation=private",
  ];
  const [program, ...rest] = [...unshare, "sh", "-c", IN_NAMESPACES, "sh", cache, place.view];
  return [program!, ...rest, ...asUser];
}
