import { seconds, shellCommand, wrap } from "./text.ts";

/** A claim of the demo that did not hold. */
export class DemoFailed extends Error {}

const INDENT = "   ";

/** Tells the demo on stdout, step by step. Colour only on a terminal, and never with NO_COLOR. */
export class Narrator {
  readonly #colour = Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR");
  #steps = 0;
  #stepBegan = 0;

  title(text: string): void {
    console.log(this.#bold(text));
  }

  step(text: string): void {
    this.#steps++;
    this.#stepBegan = performance.now();
    console.log(`\n${this.#bold(`${this.#steps}. ${text}`)}`);
  }

  /** Ends a step whose own duration is worth knowing. */
  took(what: string): void {
    this.say(`${what} in ${seconds(performance.now() - this.#stepBegan)}`);
  }

  say(text: string): void {
    for (const line of wrap(text, INDENT, INDENT)) console.log(line);
  }

  /** As it is, for text that is laid out already. */
  verbatim(text: string): void {
    for (const line of text.trimEnd().split("\n")) console.log(`${INDENT}${line}`.trimEnd());
  }

  /** `label` in a column of its own. */
  row(label: string, text: string): void {
    const first = `${INDENT}${label.padEnd(12)}`;
    for (const line of wrap(text, first, " ".repeat(first.length))) console.log(line);
  }

  command(args: readonly string[]): void {
    for (const line of shellCommand(args, `${INDENT}$ `, `${INDENT}    `)) {
      console.log(this.#paint(line, 36));
    }
  }

  /** A line that a program wrote, and when. */
  heard(ms: number, text: string): void {
    const first = `${INDENT}${seconds(ms).padStart(8)}  `;
    for (const line of wrap(text, first, `${" ".repeat(first.length)}  `)) {
      console.log(this.#paint(line, 2));
    }
  }

  /** @throws {DemoFailed} when the claim does not hold: the demo never shows what is not so. */
  check(claim: string, holds: boolean, found: string): void {
    if (!holds) throw new DemoFailed(`not so: ${claim}; found: ${found}`);
    const first = `${INDENT}${this.#paint("ok", 32)} `;
    const visible = `${INDENT}ok `;
    const [head, ...rest] = wrap(claim, visible, " ".repeat(visible.length));
    console.log(first + head!.slice(visible.length));
    for (const line of rest) console.log(line);
  }

  #bold(text: string): string {
    return this.#paint(text, 1);
  }

  #paint(text: string, code: number): string {
    return this.#colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
