import { BINARY } from "../../tests/e2e/support/binary.ts";
import { command } from "../../tests/e2e/support/command.ts";
import { PutServer } from "../../tests/support/put_server.ts";
import type { Change, Project } from "./project.ts";

export interface Cost {
  /** What is new or another on the server, bytes. */
  readonly published: number;
  /** Bodies of answers to a machine that runs the version before, bytes. */
  readonly fetched: number;
}

/** Packs, publishes to a server and starts from it, with a cache that stays. */
export class EdgebootSide {
  static async open(work: string, project: Project): Promise<EdgebootSide> {
    await Deno.mkdir(`${work}/dist`, { recursive: true });
    return new EdgebootSide(work, project);
  }

  readonly #server = new PutServer({ conditional: true });

  private constructor(private readonly work: string, private readonly project: Project) {}

  async cost({ version }: Change): Promise<Cost> {
    const { code, requirements } = this.project;
    const dist = `${this.work}/dist/${version}`;
    const pack = ["pack", "--app", "shop", "--version", version, "--source", code];
    const sources = ["--requirements", requirements, "--entry", "shop.main:main", "-o", dist];
    await this.#edgeboot([...pack, ...sources]);
    const before = new Map(this.#server.files);
    await this.#edgeboot(["publish", dist, "--to", this.#server.url, "--channel", "stable"]);
    const published = [...this.#server.files].filter(([path, bytes]) => before.get(path) !== bytes)
      .reduce((sum, [, { length }]) => sum + length, 0);
    this.#server.requests.length = 0;
    console.log((await this.#edgeboot(["run", "--registry", this.#server.url, "shop"])).trim());
    const fetched = this.#server.requests.filter((line) => /^GET .* 200$/.test(line))
      .reduce((sum, line) => sum + this.#server.files.get(line.split(" ")[1]!)!.length, 0);
    return { published, fetched };
  }

  async close(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  async #edgeboot(args: readonly string[]): Promise<string> {
    const env = { EDGEBOOT_CACHE: `${this.work}/cache` };
    const { code, stdout, stderr } = await command(BINARY, args, { env });
    if (code !== 0) throw new Error(`edgeboot ${args.join(" ")}: ${stderr}`);
    return stdout;
  }
}
