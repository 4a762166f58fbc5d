import { encodeHex } from "@std/encoding/hex";
import { type Format, pack } from "./archives.ts";
import { BINARY } from "./binary.ts";
import { command, type CommandOptions, type Ended } from "./command.ts";
import { SEARCH_PATH } from "./python.ts";

/** Contents by path, relative to some directory. */
export type Files = Readonly<Record<string, string>>;

export interface EdgebootOptions extends CommandOptions {
  /** Another registry than the sandbox's directory. */
  readonly registry?: string;
  /** Another cache than the sandbox's. */
  readonly cache?: string;
}

/**
 * A directory of one test: a registry, a cache, a home and a place for temporary files, so that
 * whatever edgeboot writes where it should not is seen.
 */
export class Sandbox implements AsyncDisposable {
  static async create(): Promise<Sandbox> {
    const sandbox = new Sandbox(await Deno.realPath(await Deno.makeTempDir({ prefix: "eb-e2e-" })));
    // Tests that give up root must be able to pass through.
    await Deno.chmod(sandbox.root, 0o755);
    for (const name of ["registry", "home", "tmp", "files"]) {
      await Deno.mkdir(sandbox.path(name));
    }
    return sandbox;
  }

  private constructor(readonly root: string) {}

  path(...parts: string[]): string {
    return [this.root, ...parts].join("/");
  }

  get registry(): string {
    return this.path("registry");
  }

  get cache(): string {
    return this.path("cache");
  }

  /** Exactly what edgeboot is started with: nothing of the machine that runs the tests. */
  environment({ registry, cache, env }: EdgebootOptions = {}): Record<string, string> {
    return {
      PATH: SEARCH_PATH,
      HOME: this.path("home"),
      TMPDIR: this.path("tmp"),
      EDGEBOOT_REGISTRY: registry ?? this.registry,
      EDGEBOOT_CACHE: cache ?? this.cache,
      ...env,
    };
  }

  async edgeboot(args: readonly string[], options: EdgebootOptions = {}): Promise<Ended> {
    const { registry: _registry, cache: _cache, ...rest } = options;
    const env = this.environment(options);
    return await command(BINARY, args, { cwd: this.root, ...rest, env, clearEnv: true });
  }

  /** Writes files below `directory` of the sandbox and returns its path. */
  async write(directory: string, files: Files): Promise<string> {
    const root = this.path(directory);
    for (const [name, text] of Object.entries(files)) {
      const path = `${root}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    return root;
  }

  /** Packs `files` and returns the path of the archive. */
  async archive(files: Files, format: Format = "zip"): Promise<string> {
    const name = crypto.randomUUID();
    const source = await this.write(`files/${name}`, files);
    return await pack(source, this.path("files", `${name}.${format}`), format);
  }

  /** Puts an archive into the registry as a blob. */
  async blob(archive: string): Promise<{ sha256: string; size: number }> {
    const sha256 = await sha256Of(archive);
    const blobs = `${this.registry}/blobs/sha256`;
    await Deno.mkdir(blobs, { recursive: true });
    await Deno.copyFile(archive, `${blobs}/${sha256}`);
    return { sha256, size: (await Deno.stat(archive)).size };
  }

  /** Puts a release into the registry; a string is written as it is. */
  async release(app: string, ref: string, release: object | string): Promise<string> {
    const directory = `${this.registry}/apps/${app}`;
    await Deno.mkdir(directory, { recursive: true });
    const text = typeof release === "string" ? release : JSON.stringify(release);
    await Deno.writeTextFile(`${directory}/${ref}.json`, text);
    return text;
  }

  /** The short form: one archive of `files`, and what `extra` adds. */
  async publish(
    app: string,
    files: Files,
    extra: object = {},
    format: Format = "zip",
  ): Promise<{ sha256: string; text: string }> {
    const { sha256 } = await this.blob(await this.archive(files, format));
    const release = {
      schema: "edgeboot.release/v1",
      ...{ app, version: "1", layers: [{ sha256 }] },
      ...extra,
    };
    return { sha256, text: await this.release(app, "stable", release) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Trees are read-only; only root can remove them as they are.
    if (Deno.uid() !== 0) await command("chmod", ["-R", "u+w", this.root]);
    await Deno.remove(this.root, { recursive: true });
  }
}

export async function sha256Of(path: string): Promise<string> {
  return await sha256(await Deno.readFile(path));
}

export async function sha256(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
