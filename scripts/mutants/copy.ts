import { runDeno } from "../gate/deno.ts";
import { type Mutant, mutate } from "./mutant.ts";
import type { Outcome } from "./outcome.ts";

/** What the unit tests need of the project. */
const COPIED = ["main.ts", "deno.json", "deno.lock", "README.md", "src", "tests", "scripts"];
/** Seconds for the tests of one mutant; a change that makes a loop endless is noticed, too. */
const LIMIT = 120;

/** A copy of the project in a temporary directory, in which one mutant at a time lives. */
export class Copy implements AsyncDisposable {
  static async make(root: string): Promise<Copy> {
    const path = await Deno.makeTempDir({ prefix: "edgeboot-mutants-" });
    const from = COPIED.map((name) => `${root}/${name}`);
    const { success } = await new Deno.Command("cp", { args: ["-a", ...from, path] }).output();
    if (!success) throw new Error(`cannot copy ${root}`);
    return new Copy(path);
  }

  private constructor(private readonly path: string) {}

  /** @param greens by the tests of a mutant: whether they pass without it; shared between copies */
  async attempt(mutant: Mutant, greens: Map<string, Promise<boolean>>): Promise<Outcome> {
    const file = `${this.path}/${mutant.file}`;
    const original = await Deno.readTextFile(file).catch(() => "");
    const mutated = mutate(original, mutant);
    if ("stale" in mutated) return { mutant, state: "stale" };
    const key = mutant.tests.join(" ");
    if (!greens.has(key)) greens.set(key, this.#passes(mutant.tests));
    // It would be killed by what fails anyway.
    if (!await greens.get(key)) return { mutant, state: "red" };
    await Deno.writeTextFile(file, mutated.text);
    try {
      return { mutant, state: await this.#passes(mutant.tests) ? "survived" : "killed" };
    } finally {
      await Deno.writeTextFile(file, original);
    }
  }

  async #passes(tests: readonly string[]): Promise<boolean> {
    const args = ["test", "-A", "--no-check", "--quiet", "--fail-fast", ...tests];
    const options = { limit: LIMIT, captured: true, cwd: this.path, env: ENV };
    return (await runDeno(args, options)).success;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

const ENV = { EDGEBOOT_TESTS: "short", NO_COLOR: "1" };
