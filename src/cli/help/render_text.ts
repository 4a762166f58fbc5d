import { wrap } from "../wrap.ts";
import type { Block, Row } from "./blocks.ts";

/** The least that terminals have. */
const COLUMNS = 80;
const INDENT = 6;
/** Terms up to this width stand beside their explanations, longer ones above. */
const WIDEST_BESIDE = 14;

/** Blocks with an empty line between each, but after a heading. */
export function renderText(blocks: readonly Block[]): string {
  return blocks.map((block, index) => {
    const text = renderBlock(block).map((line) => `${line}\n`).join("");
    return block.kind === "heading" || index === blocks.length - 1 ? text : `${text}\n`;
  }).join("");
}

function renderBlock(block: Block): string[] {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return wrap(block.text, COLUMNS);
    case "verbatim":
      return block.lines.map((line) => line === "" ? "" : `  ${line}`);
    case "synopsis":
      return block.lines.flatMap((line) => wrap(line, COLUMNS, "", "    "));
    case "terms":
      return renderTerms(block.rows);
  }
}

function renderTerms(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  const fits = rows.every(([, text]) => width + 4 + text.length <= COLUMNS);
  if (width > WIDEST_BESIDE && !fits) {
    const margin = " ".repeat(INDENT);
    return rows.flatMap(([term, text]) => [`  ${term}`, ...wrap(text, COLUMNS, margin)]);
  }
  return rows.flatMap(([term, text]) => wrap(text, COLUMNS, `  ${term.padEnd(width)}  `));
}
