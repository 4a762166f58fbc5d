import { type EntryPoint, parseEntryText } from "../model/entry_point.ts";
import { EdgebootError } from "../model/errors.ts";

/** A word of a command line: bare, or in quotes of either kind, or both together. */
const WORD = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;

/**
 * Parses what an entry point starts, with the arguments that it always gets: `uvicorn billing.asgi:app --port 8000`
 * is a module with three. Words in quotes are one.
 * @throws EdgebootError USAGE (64)
 */
export function parseEntryLine(text: string): EntryPoint {
  const words = text.match(WORD) ?? [];
  if (words.length === 0 || text.replace(WORD, "").trim() !== "") {
    throw new EdgebootError("USAGE", {
      what: `not an entry point: ${JSON.stringify(text)}`,
      why: words.length === 0 ? "it is empty" : "a quote in it has no end",
      next: "give a module, pkg.mod:callable, path/to/script.py or console:NAME, and arguments " +
        "behind it",
    });
  }
  const [first, ...args] = words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
  return { ...parseEntryText(first!), args };
}
