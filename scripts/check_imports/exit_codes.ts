import { EXIT_CODES_KNOWN_TO, NUMBERS_OF_FORMATS } from "./architecture.ts";
import { tokenize } from "./tokens.ts";
import type { SourceFile, Violation } from "./violation.ts";

/** Those of sysexits.h and the shell that edgeboot ends with. 64 is too many other things. */
const EXIT_CODE = /^(?:65|69|70|73|74|75|77|78|126|127)$/;

/** An exit code as a bare number, outside the files that have to spell them out. */
export function checkExitCodes({ path, text }: SourceFile): Violation[] {
  if (!path.startsWith("src/") || EXIT_CODES_KNOWN_TO.some(({ file }) => file === path)) return [];
  if (NUMBERS_OF_FORMATS.some((room) => path.startsWith(`src/${room}/`))) return [];
  return tokenize(text).filter(({ kind, text }) => kind === "word" && EXIT_CODE.test(text))
    .map(({ line, text }) => ({
      ...{ rule: "exit-code", path, line },
      message: `${text} is an exit code: compare codes, or take it from EXIT_CODES`,
    }));
}
