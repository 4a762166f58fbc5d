import { wrap } from "../wrap.ts";
import type { Block } from "./blocks.ts";

/** What 80 columns leave beside the indentation of a section. */
const COLUMNS = 72;
/** What they leave for a verbatim line, which no reader may break: it is indented by two more. */
export const VERBATIM_COLUMNS = 71;

/** The blocks in the language of man(7), as groff and mandoc both read it. */
export function renderRoff(blocks: readonly Block[]): string {
  return blocks.map((block) => `${renderBlock(block).join("\n")}\n`).join("");
}

function renderBlock(block: Block): string[] {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return [".PP", ...prose(block.text)];
    case "verbatim":
      return [".PP", ".RS 2", ".nf", ...block.lines.map(literal), ".fi", ".RE"];
    case "synopsis":
      return [".PP", ".nf", ...block.lines.flatMap(command), ".fi"];
    case "terms":
      return block.rows.flatMap(([term, text]) => [".TP", `.B ${argument(term)}`, ...prose(text)]);
  }
}

/** `.TH`, `.SH`, `.SS` and the like, with arguments that may have spaces. */
export function request(name: string, ...args: readonly string[]): string {
  return [`.${name}`, ...args.map((arg) => `"${quoted(escape(arg, false))}"`)].join(" ") + "\n";
}

/** A command line in a synopsis: words of one's own choice are in capitals already. */
function command(line: string): string[] {
  return wrap(line, COLUMNS, "", "    ").map((part) =>
    part.replace(
      /^(edgeboot \S+)?(.*)$/,
      (_, own: string | undefined, rest: string) =>
        `${own === undefined ? "" : `\\fB${escape(own, true)}\\fR`}${escape(rest, true)}`,
    )
  );
}

/** What stands in backticks is bold; dashes are hyphens unless they begin an option. */
function prose(text: string): string[] {
  const parts = text.split("`").map((part, index) =>
    index % 2 === 1
      ? `\\fB${escape(part, true)}\\fR`
      : part.replace(/\S+|\s+/g, (word) => escape(word, /^[(["]*-/.test(word)))
  );
  return wrap(parts.join(""), 80).map(guard);
}

function literal(line: string): string {
  return guard(escape(line, true));
}

function argument(text: string): string {
  return quoted(escape(text, true));
}

function quoted(text: string): string {
  return text.replaceAll('"', "\\(dq");
}

/** @param dashes whether `-` is the character that is typed, and not a hyphen */
function escape(text: string, dashes: boolean): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", dashes ? "\\-" : "-")
    .replaceAll("'", "\\(aq").replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .replace(
      /[^\0-~]/gu,
      (character) =>
        `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

/** A line that begins with `.` or `'` would be a request. */
function guard(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
