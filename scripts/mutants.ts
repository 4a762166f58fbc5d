/**
 * Makes small dangerous changes to copies of the source, one at a time, and runs the unit tests that
 * should notice. Prints which survive: each is a promise that no test holds.
 *
 *   deno run -A scripts/mutants.ts [WORD…]     only those with each WORD in their file or reason
 *
 * Ends with 1 when more than 5 % survive, when one of those does that must not, or when the list no longer
 * fits the source.
 */
import { ROOT } from "./gate/deno.ts";
import { lanes } from "./gate/tests.ts";
import { Copy } from "./mutants/copy.ts";
import { MUTANTS } from "./mutants/list.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { type Outcome, summary } from "./mutants/outcome.ts";

async function tryAll(mutants: readonly Mutant[]): Promise<Outcome[]> {
  const waiting = [...mutants];
  const outcomes: Outcome[] = [];
  const greens = new Map<string, Promise<boolean>>();
  const worker = async () => {
    await using copy = await Copy.make(ROOT);
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const outcome = await copy.attempt(mutant, greens);
      outcomes.push(outcome);
      if (outcome.state === "killed") continue;
      console.log(`${outcome.state.toUpperCase()}  ${mutant.file}: ${mutant.why}`);
    }
  };
  await Promise.all(Array.from({ length: lanes() }, worker));
  return outcomes;
}

if (import.meta.main) {
  const words = Deno.args;
  const chosen = MUTANTS.filter(({ file, why }) =>
    words.every((word) => `${file} ${why}`.includes(word))
  );
  const began = performance.now();
  const { text, sound } = summary(await tryAll(chosen));
  console.log(`${text}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  Deno.exit(sound ? 0 : 1);
}
