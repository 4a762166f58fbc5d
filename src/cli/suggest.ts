import { EdgebootError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";

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
