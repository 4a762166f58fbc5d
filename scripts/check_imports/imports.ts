import type { Token } from "./tokens.ts";

export interface Import {
  /** As written; undefined for an `import()` of something that is no literal. */
  readonly specifier: string | undefined;
  readonly line: number;
  /** `import()`: loaded when it is reached. */
  readonly dynamic: boolean;
  /** Erased by the compiler: nothing is loaded. */
  readonly typeOnly: boolean;
  /** What is taken from the module; `*` stands for all of it. */
  readonly names: readonly string[];
}

/** Every import and re-export of a file, in any of their forms. */
export function findImports(tokens: readonly Token[]): Import[] {
  const imports: Import[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== "word" || tokens[index - 1]?.text === ".") return;
    const found = token.text === "import"
      ? readImport(tokens, index)
      : token.text === "export"
      ? readExport(tokens, index)
      : undefined;
    if (found !== undefined) imports.push(found);
  });
  return imports;
}

function readImport(tokens: readonly Token[], index: number): Import | undefined {
  const next = tokens[index + 1];
  if (next === undefined || is(next, ".") || is(next, ":")) return undefined;
  if (!is(next, "(")) return readClause(tokens, index);
  const argument = tokens[index + 2];
  const literal = argument?.kind === "string" && closes(tokens[index + 3]);
  return {
    specifier: literal ? argument.text : undefined,
    line: tokens[index]!.line,
    dynamic: true,
    typeOnly: tokens[index - 1]?.text === "typeof",
    names: ["*"],
  };
}

function readExport(tokens: readonly Token[], index: number): Import | undefined {
  const next = tokens[index + 1];
  const afterType = next?.text === "type" ? tokens[index + 2] : next;
  if (afterType === undefined || !(is(afterType, "{") || is(afterType, "*"))) return undefined;
  return readClause(tokens, index);
}

/** From `import` or `export` to the module's name; undefined where none follows (`export { a }`). */
function readClause(tokens: readonly Token[], index: number): Import | undefined {
  const names: string[] = [];
  let braces = 0;
  const typeOnly = tokens[index + 1]?.text === "type" && tokens[index + 2]?.text !== "from";
  for (let i = index + (typeOnly ? 2 : 1); i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === "string") {
      const { line } = tokens[index]!;
      return { specifier: token.text, line, dynamic: false, typeOnly, names };
    }
    if (is(token, "{")) braces++;
    else if (is(token, "}")) {
      braces--;
      if (tokens[i + 1]?.text !== "from") return undefined;
    } else if (is(token, "*")) names.push("*");
    else if (is(token, ",") || token.text === "from" || token.text === "as") continue;
    else if (token.kind !== "word") return undefined;
    // `import { type A }` still loads the module under verbatimModuleSyntax.
    else if (token.text === "type" && tokens[i + 1]?.kind === "word") continue;
    else if (tokens[i - 1]?.text !== "as") names.push(braces > 0 ? token.text : "default");
  }
  return undefined;
}

function is(token: Token, text: string): boolean {
  return token.kind === "punctuation" && token.text === text;
}

function closes(token: Token | undefined): boolean {
  return token !== undefined && (is(token, ")") || is(token, ","));
}
