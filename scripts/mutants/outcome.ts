import type { Mutant } from "./mutant.ts";

export interface Outcome {
  readonly mutant: Mutant;
  /** `stale`: the source has changed, and the list has to follow. `red`: its tests fail without it. */
  readonly state: "killed" | "survived" | "stale" | "red";
}

/** Of all mutants; more of them alive is a failure. */
const MOST_ALIVE = 0.05;

export function summary(outcomes: readonly Outcome[]): { text: string; sound: boolean } {
  const of = (state: Outcome["state"]) => outcomes.filter((outcome) => outcome.state === state);
  const [killed, survived, stale, red] = [of("killed"), of("survived"), of("stale"), of("red")];
  const known = survived.filter(({ mutant }) => mutant.never);
  const sound = stale.length + red.length === 0 && known.length === 0 && killed.length > 0 &&
    survived.length <= outcomes.length * MOST_ALIVE;
  const text = `${outcomes.length} mutants: ${killed.length} killed, ${survived.length} survived ` +
    `(${known.length} of those that never may), ${stale.length} stale, ${red.length} whose tests fail anyway`;
  return { text, sound };
}
