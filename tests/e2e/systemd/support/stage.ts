import { output } from "../../support/command.ts";
import { e2e } from "../../support/e2e.ts";
import { Sandbox } from "../../support/sandbox.ts";
import { StaticServer } from "../../support/server.ts";
import { Machine, rootToBoot } from "./machine.ts";
import { type Published, publishService, type Said } from "./service_app.ts";

type OnMachine = (
  name: string,
  act: (stage: Stage, machine: Machine) => Promise<void>,
) => void;

/** Boots the machine of a test file; what it returns registers tests that get a stage of their own on it. */
export async function bootForTests(): Promise<OnMachine> {
  const root = await rootToBoot();
  const machine = "missing" in root ? undefined : await Machine.boot(root.path);
  return (name, act) =>
    e2e(name, "missing" in root ? root.missing : undefined, async () => {
      await using stage = await Stage.create(machine!);
      await act(stage, machine!);
    });
}

/** What one test has besides the machine: a registry, and services that end with the test. */
export class Stage implements AsyncDisposable {
  readonly #units = new Set<string>();

  static async create(machine: Machine): Promise<Stage> {
    const sandbox = await Sandbox.create();
    return new Stage(machine, sandbox, new StaticServer(sandbox.registry));
  }

  private constructor(
    readonly machine: Machine,
    readonly sandbox: Sandbox,
    readonly server: StaticServer,
  ) {}

  async publish(app: string, published?: Published): Promise<string> {
    return await publishService(this.sandbox, app, published);
  }

  /** The units as `edgeboot init systemd` prints them for this stage's registry. */
  async install(...args: string[]): Promise<string[]> {
    const names = await this.machine.install("--registry", this.server.url, ...args);
    for (const name of names) this.#units.add(name);
    return names;
  }

  /** Published, installed and up. */
  async up(app: string, published?: Published, ...options: string[]): Promise<Said> {
    await this.publish(app, published);
    await this.install("--type", "notify", ...options, app);
    return await this.start(`${app}.service`);
  }

  async start(unit: string): Promise<Said> {
    this.#units.add(unit);
    const { code, stderr } = await this.machine.systemctl("start", unit);
    if (code !== 0) {
      const lines = (await this.machine.journal(unit)).map(({ text }) => text);
      throw new Error(`${stderr}\n${lines.join("\n")}`);
    }
    return await this.said(unit);
  }

  /** Empty while there is no app that could say anything. */
  async said(unit: string): Promise<Said> {
    const { StatusText = "" } = await this.machine.show(unit);
    return JSON.parse(StatusText.startsWith("{") ? StatusText : "{}");
  }

  /** Sends a layer in 12 pieces with a second after each, until it is told to be quick again. */
  slowDown(): void {
    this.server.answer((_, path) => {
      if (!path.includes("/blobs/")) return undefined;
      return slowly(Deno.readFileSync(`${this.sandbox.registry}${path}`), 12, 1000);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Templates have no state; their instances were started, and so are among the units.
    const units = [...this.#units].filter((name) =>
      /^[^/]*[^@]\.(?:service|socket|timer)$/.test(name)
    );
    await this.machine.systemctl("stop", ...units.toReversed());
    await this.machine.systemctl("reset-failed");
    await this.server[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }
}

function slowly(bytes: Uint8Array, pieces: number, pauseMs: number): Response {
  const length = Math.ceil(bytes.length / pieces);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(bytes.slice(sent, sent + length));
      sent += length;
      await new Promise((done) => setTimeout(done, pauseMs));
      if (sent >= bytes.length) controller.close();
    },
  }, { highWaterMark: 0 });
  return new Response(body, { headers: { "content-length": String(bytes.length) } });
}

/** The machine's own native module, for a layer. */
export async function nativeModule({ root }: Machine): Promise<string> {
  const found = await output("find", [`${root}/usr/lib`, "-name", "_zoneinfo.*.so"]);
  return found.trim().split("\n")[0]!;
}
