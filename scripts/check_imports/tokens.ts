/**
 * A tokenizer that knows just enough TypeScript to tell code from comments, strings, templates and
 * regular expressions. It builds no tree: the rules look at neighbouring tokens.
 */
export interface Token {
  readonly kind: "word" | "string" | "punctuation";
  /** For a string: its contents, escapes left as written. */
  readonly text: string;
  /** from 1 */
  readonly line: number;
}

const WORD = /[\p{L}\p{N}_$#]/u;
/** After these a `/` begins a regular expression although a word stands before it. */
const BEFORE_REGEX = new Set(
  "return typeof case in of do else throw new delete void yield await instanceof".split(" "),
);

export function tokenize(source: string): Token[] {
  return new Tokenizer(source).run();
}

class Tokenizer {
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;

  constructor(private readonly source: string) {}

  run(): Token[] {
    this.#code(false);
    return this.#tokens;
  }

  /** Reads code up to the end, or up to the `}` that closes a template's `${`. */
  #code(inTemplate: boolean): void {
    let depth = 0;
    while (this.#at < this.source.length) {
      const char = this.source[this.#at]!;
      if (this.source.startsWith("//", this.#at)) this.#skipTo("\n", 0);
      else if (this.source.startsWith("/*", this.#at)) this.#skipTo("*/", 2);
      else if (/\s/.test(char)) this.#step(1);
      else if (char === '"' || char === "'") this.#string(char);
      else if (char === "`") this.#template();
      else if (char === "/" && this.#regexMayBegin()) this.#regex();
      else if (WORD.test(char)) this.#word();
      else {
        if (char === "{") depth++;
        if (char === "}" && depth-- === 0 && inTemplate) return this.#step(1);
        this.#push("punctuation", char, this.#line);
        this.#step(1);
      }
    }
  }

  #word(): void {
    const start = this.#at;
    while (this.#at < this.source.length && WORD.test(this.source[this.#at]!)) this.#at++;
    this.#push("word", this.source.slice(start, this.#at), this.#line);
  }

  #string(quote: string): void {
    const line = this.#line;
    const start = this.#at + 1;
    this.#step(1);
    while (this.#at < this.source.length && this.source[this.#at] !== quote) {
      this.#step(this.source[this.#at] === "\\" ? 2 : 1);
    }
    this.#push("string", this.source.slice(start, this.#at), line);
    this.#step(1);
  }

  /** One string token for its text; the code inside `${…}` gives tokens of its own. */
  #template(): void {
    const line = this.#line;
    let text = "";
    this.#step(1);
    while (this.#at < this.source.length && this.source[this.#at] !== "`") {
      if (this.source.startsWith("${", this.#at)) {
        this.#step(2);
        this.#code(true);
      } else {
        const length = this.source[this.#at] === "\\" ? 2 : 1;
        text += this.source.slice(this.#at, this.#at + length);
        this.#step(length);
      }
    }
    this.#push("string", text, line);
    this.#step(1);
  }

  #regex(): void {
    let inClass = false;
    this.#step(1);
    while (this.#at < this.source.length) {
      const char = this.source[this.#at];
      if (char === "\n" || (char === "/" && !inClass)) break;
      if (char === "[") inClass = true;
      if (char === "]") inClass = false;
      this.#step(char === "\\" ? 2 : 1);
    }
    this.#step(1);
    while (this.#at < this.source.length && /[a-z]/.test(this.source[this.#at]!)) this.#at++;
    this.#push("string", "", this.#line);
  }

  #regexMayBegin(): boolean {
    const before = this.#tokens.at(-1);
    if (before === undefined) return true;
    if (before.kind === "word") return BEFORE_REGEX.has(before.text);
    return before.kind === "punctuation" && !")]}".includes(before.text);
  }

  #skipTo(end: string, extra: number): void {
    const found = this.source.indexOf(end, this.#at);
    this.#step((found < 0 ? this.source.length : found + extra) - this.#at);
  }

  #step(count: number): void {
    const end = Math.min(this.#at + count, this.source.length);
    for (; this.#at < end; this.#at++) if (this.source[this.#at] === "\n") this.#line++;
  }

  #push(kind: Token["kind"], text: string, line: number): void {
    this.#tokens.push({ kind, text, line });
  }
}
