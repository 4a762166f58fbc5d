import type { Mutant } from "./mutant.ts";

export interface Outcome {
  readonly mutant: Mutant;
  /** `stale`: the source has changed, and the list has to follow. */
  readonly state: "killed" | "survived" | "stale";
}

/** Of all mutants; more of them alive is a failure. */
const MOST_ALIVE = 0.05;

export function summary(outcomes: readonly Outcome[]): { text: string; sound: boolean } {
  const of = (state: Outcome["state"]) => outcomes.filter((outcome) => outcome.state === state);
  const [killed, survived, stale] = [of("killed"), of("survived"), of("stale")];
  const known = survived.filter(({ mutant }) => mutant.never);
  const sound = stale.length === 0 && known.length === 0 && killed.length > 0 &&
    survived.length <= outcomes.length * MOST_ALIVE;
  const text = `${outcomes.length} mutants: ${killed.length} killed, ${survived.length} survived ` +
    `(${known.length} of those that never may), ${stale.length} stale`;
  return { text, sound };
}
