/**
 * Breaks a text between words, so that no line is longer than `columns`; a longer word (a URL, a path,
 * a digest) stays whole, to be copied.
 *
 * @param first what the first line begins with
 * @param rest what all others begin with; else as many spaces
 */
export function wrap(
  text: string,
  columns: number,
  first = "",
  rest = " ".repeat(first.length),
): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(" ")) {
    if (line !== undefined && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = rest + word;
    } else {
      line = line === undefined ? first + word : `${line} ${word}`;
    }
  }
  return [...lines, line!];
}
