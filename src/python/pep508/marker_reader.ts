/** Reads the tokens of a marker, one after the other; each method moves on only where it finds its own. */
export class MarkerReader {
  #at = 0;

  constructor(private readonly source: string) {}

  get atEnd(): boolean {
    this.#match(/\s*/y);
    return this.#at === this.source.length;
  }

  sign(sign: "(" | ")"): boolean {
    return this.#match(sign === "(" ? /\s*\(/y : /\s*\)/y) !== undefined;
  }

  word(word: "and" | "or"): boolean {
    return this.#match(word === "and" ? /\s*and\b/y : /\s*or\b/y) !== undefined;
  }

  /** A text in quotes of either kind, which have no escapes. */
  text(): string | undefined {
    const match = this.#match(/\s*(?:"([^"]*)"|'([^']*)')/y);
    return match && (match[1] ?? match[2]);
  }

  name(): string | undefined {
    return this.#match(/\s*([a-z][a-z_.]*)/y)?.[1];
  }

  /** `not in` comes with one blank, however many there are. */
  operator(): string | undefined {
    const match = this.#match(/\s*(===|~=|==|!=|<=|>=|<|>|in\b|not\s+in\b)/y);
    return match && match[1]!.replace(/\s+/, " ");
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.source);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }
}
