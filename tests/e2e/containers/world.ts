import { assertEquals } from "@std/assert";
import type { Ended } from "../support/command.ts";
import { Container, type ContainerOptions, type Mount, needsRunc } from "../support/containers.ts";
import { firstOf } from "../support/e2e.ts";
import { Builder, dockerfile, type ImageConfig, needsBuildah } from "../support/images.ts";
import { Sandbox } from "../support/sandbox.ts";

/** Why nothing here can be tried, or undefined. */
export const needsContainers = firstOf(needsBuildah, needsRunc);

export const IMAGE = "edgeboot-python:3.11";
export const CACHE = "/var/cache/edgeboot";
/** As Kubernetes' emptyDir or docker's --tmpfs, where an image of its own does not say otherwise. */
export const TEMPORARY: Mount = { at: "/tmp", tmpfs: ["mode=1777", "size=64m"] };
const REGISTRY: Mount = { at: "/registry", from: "", options: ["ro"] };

export interface Image {
  readonly root: string;
  readonly config: ImageConfig;
}

/** What the first container of a scenario is given besides what all have. */
export type Given = Partial<Omit<ContainerOptions, "image">> & { readonly image?: Image };

/**
 * The image that `edgeboot init docker` describes, built, and a registry that its containers see as a
 * directory: they have no network but loopback.
 */
export class World implements AsyncDisposable {
  private constructor(
    readonly builder: Builder,
    readonly sandbox: Sandbox,
    readonly image: Image,
  ) {}

  static async create(): Promise<World> {
    const builder = await Builder.open();
    try {
      const missing = await builder.debian();
      if (missing !== undefined) throw new Error(missing);
      await builder.build(IMAGE, await dockerfile());
      return new World(builder, await Sandbox.create(), await builder.mount(IMAGE));
    } catch (error) {
      await builder[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** An image made from this one, with what lies in the registry beside its Dockerfile. */
  async derived(name: string, lines: string): Promise<Image> {
    const image = `localhost/edgeboot-${name}:latest`;
    const files = { registry: this.sandbox.registry };
    await this.builder.build(image, `FROM localhost/${IMAGE}\n${lines}\n`, files);
    return await this.builder.mount(image);
  }

  /** The image once more, with a writable layer of its own. */
  async another(): Promise<Image> {
    return await this.builder.mount(IMAGE);
  }

  /** A directory as a volume is when a container gets it. */
  async volume(mode = 0o1777, uid = 0, gid = 0): Promise<string> {
    const path = this.sandbox.path(`volume-${crypto.randomUUID()}`);
    await Deno.mkdir(path);
    await Deno.chown(path, uid, gid);
    await Deno.chmod(path, mode);
    return path;
  }

  /** As `docker run IMAGE ARGS…` under a "restricted" context, with /registry and /tmp. */
  async start(args: readonly string[], given: Given = {}): Promise<Container> {
    const image = given.image ?? this.image;
    const named = image.config.Env.some((line) => line.startsWith("EDGEBOOT_REGISTRY="));
    return await Container.start({
      ...{ args, ...given, image },
      env: { ...(named ? {} : { EDGEBOOT_REGISTRY: "/registry" }), ...given.env },
      mounts: [
        { ...REGISTRY, from: this.sandbox.registry },
        ...(given.mounts?.some(({ at }) => at === "/tmp") || given.image ? [] : [TEMPORARY]),
        ...(given.mounts ?? []),
      ],
    });
  }

  async run(args: readonly string[], given: Given = {}): Promise<Ended> {
    await using container = await this.start(args, given);
    return await container.ended;
  }

  /** A short app that says what it found; exit code 7. */
  async publishProbe(app = "probe", extra: object = {}): Promise<void> {
    const release = { entrypoint: { module: "probe" }, ...extra };
    await this.sandbox.publish(app, { "probe.py": PROBE }, release);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.builder[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }
}

const PROBE = `
import json, os, sys
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines()
    if ":\\t" in line)
def can_write(path):
    try:
        with open(path, "w"): pass
        os.unlink(path)
        return True
    except OSError:
        return False
print(json.dumps({"pid": os.getpid(), "uid": os.getuid(), "gid": os.getgid(), "args": sys.argv[1:],
    "groups": sorted(os.getgroups()), "capabilities": status["CapEff"] + status["CapBnd"],
    "no_new_privs": status["NoNewPrivs"], "seccomp": status["Seccomp"],
    "writes_root": can_write("/file"), "version": "%d.%d" % sys.version_info[:2],
    "home": os.environ.get("HOME"), "app": os.environ["EDGEBOOT_CURRENT_APP"],
    "tree": os.path.dirname(os.path.abspath(__file__))}))
sys.exit(7)
`;

export interface Probed {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly args: readonly string[];
  readonly capabilities: string;
  readonly no_new_privs: string;
  readonly seccomp: string;
  readonly writes_root: boolean;
  readonly version: string;
  readonly home: string | null;
  readonly app: string;
  readonly tree: string;
}

/** What the probe said; it must have run, and its exit code must have come through. */
export function probed({ code, stdout, stderr }: Ended): Probed {
  assertEquals(code, 7, stderr);
  return JSON.parse(stdout);
}
