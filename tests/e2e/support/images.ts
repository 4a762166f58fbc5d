import { BINARY, CACHED, PROJECT } from "./binary.ts";
import { output } from "./command.ts";
import { debianRoot, discardRoot } from "./debian_root.ts";
import { firstOf, needsProgram, needsRoot } from "./e2e.ts";

/** As an image says how it is started; the fields that a runtime passes on. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly StopSignal?: string;
  readonly Volumes?: object;
}

/** Why images cannot be built here, or undefined. */
export const needsBuildah: string | undefined = firstOf(
  needsRoot,
  await needsProgram("buildah", "--version"),
);

/** The names under which a Dockerfile asks for them. */
export const DEBIAN = "docker.io/library/debian:bookworm-slim";

/**
 * A builder of images with a store of its own, kept between runs so that layers which did not change
 * are not built again. One process uses it at a time.
 */
export class Builder implements AsyncDisposable {
  readonly #containers: string[] = [];

  private constructor(private readonly store: string, private readonly lock: Deno.FsFile) {}

  static async open(store = `${CACHED}/containers`): Promise<Builder> {
    await Deno.mkdir(store, { recursive: true });
    const lock = await Deno.open(`${store}/in-use`, { create: true, write: true });
    await lock.lock(true);
    const builder = new Builder(store, lock);
    // Left behind by a run that was killed.
    await builder.buildah("rm", "--all");
    return builder;
  }

  async buildah(...args: string[]): Promise<string> {
    const store = ["--root", `${this.store}/root`, "--runroot", `${this.store}/run`];
    // The format of the OCI, and no look at a registry: all that is needed is here.
    return (await output("buildah", [...store, "--storage-driver", "overlay", ...args])).trim();
  }

  async has(image: string): Promise<boolean> {
    try {
      await this.buildah("inspect", "--type", "image", image);
      return true;
    } catch {
      return false;
    }
  }

  /** An image of one layer, from what `fill` puts into an empty directory. */
  async layer(image: string, fill: (root: string) => Promise<unknown>): Promise<void> {
    const container = await this.buildah("from", "scratch");
    try {
      await fill(await this.buildah("mount", container));
      await this.buildah("umount", container);
      await this.buildah("commit", "--quiet", container, image);
    } finally {
      await this.buildah("rm", container);
    }
  }

  /** Debian 12 under the name that Dockerfiles use; the reason where it cannot be had. */
  async debian(): Promise<string | undefined> {
    if (await this.has(DEBIAN)) return undefined;
    const debian = await debianRoot([]);
    if ("missing" in debian) return debian.missing;
    await this.layer(DEBIAN, (root) => output("cp", ["-a", `${debian.path}/.`, root]));
    await discardRoot(debian.path);
    return undefined;
  }

  /**
   * Builds a Dockerfile as anybody would.
   * @param files what lies beside it: paths by name; `edgeboot` is always there
   */
  async build(
    image: string,
    dockerfile: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const context = await Deno.makeTempDir({ prefix: "eb-image-" });
    try {
      await Deno.writeTextFile(`${context}/Dockerfile`, dockerfile);
      for (const [name, path] of Object.entries({ edgeboot: BINARY, ...files })) {
        await output("cp", ["-a", "--reflink=auto", path, `${context}/${name}`]);
      }
      const options = ["--isolation", "chroot", "--pull-never", "--layers", "--quiet"];
      await this.buildah("bud", ...options, "--tag", image, context);
    } finally {
      await Deno.remove(context, { recursive: true });
    }
  }

  async config(image: string): Promise<ImageConfig> {
    const text = await this.buildah("inspect", "--type", "image", image);
    return JSON.parse(text).OCIv1.config;
  }

  /** The image's files with a writable layer on top, until this builder is disposed of. */
  async mount(image: string): Promise<{ root: string; config: ImageConfig }> {
    const container = await this.buildah("from", "--pull-never", image);
    this.#containers.push(container);
    return { root: await this.buildah("mount", container), config: await this.config(image) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const container of this.#containers) {
      await this.buildah("umount", container);
      await this.buildah("rm", container);
    }
    // What an earlier executable was in, and nothing has a name for now.
    await this.buildah("rmi", "--prune", "--force");
    this.lock.close();
  }
}

/** What `edgeboot init docker` prints. */
export async function dockerfile(...args: string[]): Promise<string> {
  return await output(BINARY, ["init", "docker", ...args], {
    ...{ cwd: PROJECT, clearEnv: true, env: { PATH: "/usr/bin:/bin" } },
  });
}
