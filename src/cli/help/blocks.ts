/**
 * What help texts consist of, whatever prints them: `help` at 80 columns, `man` as roff. Topics are
 * written as plain text and taken apart here, so that their line breaks in the source do not matter.
 */
export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  /** Belongs to the block after it. */
  | { readonly kind: "heading"; readonly text: string }
  /** Examples and layouts: kept as they are, dedented. */
  | { readonly kind: "verbatim"; readonly lines: readonly string[] }
  /** Terms with their explanations. */
  | { readonly kind: "terms"; readonly rows: readonly Row[] }
  /** Command lines that may be broken between words. */
  | { readonly kind: "synopsis"; readonly lines: readonly string[] };

export type Row = readonly [term: string, text: string];

/** `Term:   text`, with lines that go on below the text. */
const TERM = /^(\S[^:]*:) {2,}(\S.*)$/;
const CONTINUED = /^ {6,}(\S.*)$/;
/** `  command line     what it does`, indented. */
const REMARKED = /^(.*?\S) {2,}(\S.*)$/;

/**
 * Indented lines are verbatim, or terms where each has a remark; `Term:  text` is a term; all else are
 * paragraphs.
 */
export function parseBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let rows: [string, string][] = [];
  let words: string[] = [];
  const flush = () => {
    if (words.length > 0) blocks.push({ kind: "paragraph", text: words.join(" ") });
    if (rows.length > 0) blocks.push({ kind: "terms", rows });
    if (lines.length > 0) blocks.push(indented(dedent(lines)));
    [words, rows, lines] = [[], [], []];
  };
  for (const line of text.split("\n")) {
    const term = TERM.exec(line);
    const more = CONTINUED.exec(line);
    if (line === "") {
      flush();
    } else if (term !== null) {
      if (rows.length === 0) flush();
      rows.push([term[1]!, term[2]!]);
    } else if (more !== null && rows.length > 0) {
      rows.at(-1)![1] += ` ${more[1]}`;
    } else if (line.startsWith(" ")) {
      if (lines.length === 0) flush();
      lines.push(line);
    } else {
      if (words.length === 0) flush();
      words.push(line);
    }
  }
  flush();
  return blocks;
}

function indented(lines: readonly string[]): Block {
  const rows = lines.flatMap((line): Row[] => {
    const [, term, text] = REMARKED.exec(line) ?? [];
    return term === undefined || line.startsWith(" ") ? [] : [[term, text!]];
  });
  return rows.length === lines.length ? { kind: "terms", rows } : { kind: "verbatim", lines };
}

function dedent(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent));
}
