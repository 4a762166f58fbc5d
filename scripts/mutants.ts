/**
 * Makes small dangerous changes to copies of the source, one at a time, and runs the unit tests that
 * should notice. Prints which survive: each is a promise that no test holds.
 *
 *   deno run -A scripts/mutants.ts [WORD…]     only those with WORD in their file or reason
 *
 * Ends with 1 when more than 5 % survive, or one of those that must not.
 */
import { ROOT } from "./gate/deno.ts";
import { lanes } from "./gate/tests.ts";
import { Copy } from "./mutants/copy.ts";
import { MUTANTS } from "./mutants/list.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { type Outcome, summary } from "./mutants/outcome.ts";

/** Seconds for all tests that are named, one after another. */
const GREEN_LIMIT = 900;

/** The tests must pass as they are, or a mutant would be killed by nothing. */
async function requireGreen(mutants: readonly Mutant[]): Promise<void> {
  await using copy = await Copy.make(ROOT);
  const tests = [...new Set(mutants.flatMap(({ tests }) => tests))].sort();
  const { success, output } = await copy.test(tests, GREEN_LIMIT);
  if (success) return;
  const failures = output.slice(output.lastIndexOf("\n ERRORS") + 1);
  throw new Error(`without any change the tests fail:\n${failures}`);
}

async function tryAll(mutants: readonly Mutant[]): Promise<Outcome[]> {
  const waiting = [...mutants];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    await using copy = await Copy.make(ROOT);
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const outcome = await copy.attempt(mutant);
      outcomes.push(outcome);
      if (outcome.state !== "killed") {
        console.log(`${outcome.state.toUpperCase()}  ${mutant.file}: ${mutant.why}`);
      }
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
  await requireGreen(chosen);
  const outcomes = await tryAll(chosen);
  const { text, sound } = summary(outcomes);
  console.log(`${text}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  Deno.exit(sound ? 0 : 1);
}
