import { EdgebootError } from "../model/errors.ts";
import { tryParseAppId } from "../model/app_id.ts";
import { nearest } from "../model/nearest.ts";
import { usage } from "./flags.ts";

/** @returns USAGE (64), with a suggestion where one is near */
export async function unknownName(
  what: "command" | "option" | "help topic",
  name: string,
  candidates: readonly string[],
  helpTopic: string,
): Promise<EdgebootError> {
  const near = await nearest(name, candidates);
  // `docker run IMAGE APP` starts one; by hand the word before it is easily forgotten.
  const isApp = what === "command" && near === undefined && tryParseAppId(name) !== undefined;
  const start = isApp ? `if it is an app: \`edgeboot run ${name}\`; else ` : "";
  return new EdgebootError("USAGE", {
    what: `unknown ${what} ${JSON.stringify(name)}`,
    why: near === undefined ? `there are ${candidates.join(", ")}` : `did you mean ${near}?`,
    next: `${start}see \`edgeboot help${helpTopic === "" ? "" : ` ${helpTopic}`}\``,
  });
}

/**
 * For a word that a command has a few of: `schema KIND`, `cache VERB`.
 * @param what what the word is, as in "kind"
 * @returns USAGE (64)
 */
export async function unknownWord(
  command: string,
  what: string,
  word: string | undefined,
  known: readonly string[],
): Promise<EdgebootError> {
  const all = `there are ${known.join(", ")}`;
  if (word === undefined) return usage({ command }, `a ${what} is missing: ${all}`);
  const near = known.includes(word) ? undefined : await nearest(word, known);
  const why = near === undefined ? all : `did you mean ${near}?`;
  return usage({ command }, `unknown ${what} ${JSON.stringify(word)}: ${why}`);
}
