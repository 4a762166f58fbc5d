import { command, type Ended } from "./command.ts";
import { firstOf, needsProgram, needsRoot } from "./e2e.ts";
import type { ImageConfig } from "./images.ts";
import { seccompProfile } from "./seccomp.ts";

/** Why containers cannot be started here, or undefined. */
export const needsRunc: string | undefined = firstOf(
  needsRoot,
  await needsProgram("runc", "--version"),
  await needsProgram("nsenter", "--version"),
);

/** A directory of the machine, or a file system in memory. */
export type Mount =
  | { readonly at: string; readonly from: string; readonly options?: readonly string[] }
  | { readonly at: string; readonly tmpfs: readonly string[] };

export interface ContainerOptions {
  readonly image: { readonly root: string; readonly config: ImageConfig };
  /** What `docker run IMAGE` is followed by. */
  readonly args: readonly string[];
  /** In place of the image's, as Kubernetes' `command`. */
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of the image, which are left out. */
  readonly without?: readonly string[];
  /** `uid:gid`; the image's where not stated. */
  readonly user?: string;
  readonly groups?: readonly number[];
  readonly mounts?: readonly Mount[];
  /** A root that can be written; it is read-only where this is not said. */
  readonly writable?: boolean;
  /** The network of that process, as containers of one pod share it; else one of its own. */
  readonly networkOf?: number;
}

/**
 * One container of a real OCI runtime under what Kubernetes calls "restricted": a read-only root, no
 * capabilities, no new privileges, the default seccomp profile, and a network of loopback alone.
 */
export class Container implements AsyncDisposable {
  /** What it has written so far, both streams. */
  #said = "";

  private constructor(
    readonly id: string,
    private readonly dir: string,
    /** ms since the epoch, when the runtime was called. */
    readonly began: number,
    private readonly child: Deno.ChildProcess,
  ) {
    this.ended = this.#follow();
  }

  readonly ended: Promise<Ended>;

  static async start(options: ContainerOptions): Promise<Container> {
    const dir = await Deno.makeTempDir({ prefix: "eb-container-" });
    const id = `edgeboot-${crypto.randomUUID()}`;
    await Deno.writeTextFile(`${dir}/config.json`, JSON.stringify(await specOf(options)));
    const began = Date.now();
    const child = new Deno.Command("runc", {
      args: ["--root", `${dir}/state`, "run", "--bundle", dir, "--pid-file", `${dir}/pid`, id],
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    return new Container(id, dir, began, child);
  }

  async #follow(): Promise<Ended> {
    const collect = async (stream: ReadableStream<Uint8Array>) => {
      let text = "";
      for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
        text += piece;
        this.#said += piece;
      }
      return text;
    };
    const [stdout, stderr, { code, signal }] = await Promise.all([
      collect(this.child.stdout),
      collect(this.child.stderr),
      this.child.status,
    ]);
    return { stdout, stderr, code, signal, pid: this.child.pid };
  }

  /** Waits until it has written `text`. */
  async said(text: string): Promise<void> {
    let over = false;
    this.ended.then(() => over = true);
    while (!this.#said.includes(text)) {
      if (over) throw new Error(`it ended without ${JSON.stringify(text)}: ${this.#said}`);
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** Of its first process, as the machine counts; waits until there is one. */
  async pid(): Promise<number> {
    const gone = this.ended.then(({ stderr }) => stderr);
    for (;;) {
      const pid = await Deno.readTextFile(`${this.dir}/pid`).catch(() => "");
      if (pid !== "") return Number(pid);
      const late = new Promise<undefined>((done) => setTimeout(() => done(undefined), 5));
      const stderr = await Promise.race([gone, late]);
      if (stderr !== undefined) throw new Error(`the container ended: ${stderr}`);
    }
  }

  async kill(signal: string): Promise<void> {
    const { code, stderr } = await this.#runc("kill", this.id, signal);
    if (code !== 0) throw new Error(`runc kill: ${stderr}`);
  }

  /** Another process in it. */
  async exec(...args: string[]): Promise<Ended> {
    return await this.#runc("exec", this.id, ...args);
  }

  /** Asks a server in it, as a client within its network, until there is an answer. */
  async ask(port: number, path: string): Promise<string> {
    return await askIn(await this.pid(), port, path);
  }

  async #runc(...args: string[]): Promise<Ended> {
    return await command("runc", ["--root", `${this.dir}/state`, ...args]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runc("delete", "--force", this.id);
    await this.ended;
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** Starts a container and waits for its end. */
export async function runContainer(options: ContainerOptions): Promise<Ended> {
  await using container = await Container.start(options);
  return await container.ended;
}

const ASK = `
import sys, time, urllib.request, urllib.error
port, path = sys.argv[1:]
end = time.monotonic() + 60
while True:
    try:
        print(urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).read().decode())
        break
    except urllib.error.URLError as error:
        if time.monotonic() > end or not isinstance(error.reason, ConnectionRefusedError): raise
        time.sleep(0.005)
`;

export async function askIn(pid: number, port: number, path: string): Promise<string> {
  const python = ["/usr/bin/python3", "-I", "-c", ASK, `${port}`, path];
  const ended = await command("nsenter", ["--target", `${pid}`, "--net", ...python]);
  if (ended.code !== 0) throw new Error(`nobody answers on ${port}${path}: ${ended.stderr}`);
  return ended.stdout.trim();
}

const NOBODY_MAY: readonly string[] = [];

/** The configuration of a bundle (OCI runtime specification 1.0). */
async function specOf(options: ContainerOptions): Promise<object> {
  const { image, args, entrypoint, env = {}, without = [], mounts = [], networkOf } = options;
  const [uid, gid] = (options.user ?? image.config.User).split(":").map(Number);
  const kept = image.config.Env.filter((line) => !without.includes(line.split("=")[0]!));
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const names = new Set(Object.keys(env));
  const network = networkOf === undefined ? {} : { path: `/proc/${networkOf}/ns/net` };
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid, gid, additionalGids: options.groups ?? [] },
      args: [...(entrypoint ?? image.config.Entrypoint), ...args],
      env: [...kept.filter((line) => !names.has(line.split("=")[0]!)), ...set],
      cwd: "/",
      capabilities: Object.fromEntries(
        ["bounding", "effective", "inheritable", "permitted", "ambient"]
          .map((set) => [set, NOBODY_MAY]),
      ),
      noNewPrivileges: true,
    },
    root: { path: image.root, readonly: !options.writable },
    hostname: "container",
    mounts: [...SYSTEM_MOUNTS, ...mounts.map(mountOf)],
    linux: {
      namespaces: [
        ...["pid", "ipc", "uts", "mount"].map((type) => ({ type })),
        { type: "network", ...network },
      ],
      maskedPaths: ["/proc/kcore", "/proc/keys", "/proc/timer_list"],
      readonlyPaths: ["/proc/sys", "/proc/sysrq-trigger"],
      ...await seccompProfile(),
    },
  };
}

const SYSTEM_MOUNTS = [
  { destination: "/proc", type: "proc", source: "proc" },
  {
    ...{ destination: "/dev", type: "tmpfs", source: "tmpfs" },
    options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
  },
  {
    ...{ destination: "/dev/shm", type: "tmpfs", source: "shm" },
    options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
  },
];

function mountOf(mount: Mount): object {
  if ("tmpfs" in mount) {
    const options = ["nosuid", "nodev", ...mount.tmpfs];
    return { destination: mount.at, type: "tmpfs", source: "tmpfs", options };
  }
  const options = ["rbind", ...(mount.options ?? [])];
  return { destination: mount.at, type: "bind", source: mount.from, options };
}
