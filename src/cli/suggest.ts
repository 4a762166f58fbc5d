import { EdgebootError } from "../model/errors.ts";

/** The nearest known name within reach of a slip of the fingers. */
export async function nearest(
  name: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  if (candidates.length === 0) return undefined;
  const { closestString } = await import("@std/text/closest-string");
  const found: string = closestString(name, candidates);
  const { levenshteinDistance } = await import("@std/text/levenshtein-distance");
  const distance: number = levenshteinDistance(name, found);
  return distance <= Math.max(1, Math.floor(name.length / 3)) ? found : undefined;
}

/** @returns USAGE (64), with a suggestion where one is near */
export async function unknownName(
  what: "command" | "option" | "help topic",
  name: string,
  candidates: readonly string[],
  helpTopic: string,
): Promise<EdgebootError> {
  const near = await nearest(name, candidates);
  return new EdgebootError("USAGE", {
    what: `unknown ${what} ${JSON.stringify(name)}`,
    why: near === undefined ? `there are ${candidates.join(", ")}` : `did you mean ${near}?`,
    next: `see \`edgeboot help${helpTopic === "" ? "" : ` ${helpTopic}`}\``,
  });
}
