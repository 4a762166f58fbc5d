/** Pure layout of the demo's output: plain text, at most 80 columns. */

export const WIDTH = 80;

/** Breaks text at spaces, and words that are longer than a line where the line ends. */
export function wrap(text: string, first: string, hanging: string, width = WIDTH): string[] {
  const room = width - Math.max(first.length, hanging.length);
  const words = text.split(" ").filter((word) => word !== "")
    .flatMap((word) => word.match(new RegExp(`.{1,${room}}`, "gu")) ?? []);
  return fill(words, first, hanging, width);
}

/** A shell command to copy: broken between arguments, each line but the last ending in ` \\`. */
export function shellCommand(args: readonly string[], first: string, hanging: string): string[] {
  const lines = fill(args.map(shellWord), first, hanging, WIDTH - " \\".length);
  return lines.map((line, index) => index < lines.length - 1 ? `${line} \\` : line);
}

function fill(words: readonly string[], first: string, hanging: string, width: number): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = hanging;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** Quoted for a POSIX shell, where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `0.041 s`: one unit and three digits throughout, so that a column of times can be compared. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** Decimal units, as disks and networks are sold. */
export function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A digest as people compare it: the first 12 of 64 digits. */
export function shortenDigests(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}
