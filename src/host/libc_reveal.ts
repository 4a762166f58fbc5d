import { CONCEALED } from "./concealed.ts";
import { cText, openLibc } from "./libc.ts";

const SYMBOLS = {
  environ: { type: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
  memset: { parameters: ["usize", "i32", "usize"], result: "usize" },
  strlen: { parameters: ["usize"], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

const POINTER_SIZE = 8n;

/**
 * Gives the {@link CONCEALED} variables their names back, in the memory where they are: the order stays, and so
 * do values that are not UTF-8, and a name that is there twice.
 */
export function reveal(): void {
  const { environ, memset, ...libc } = openLibc(SYMBOLS);
  for (let at = environ;; at += POINTER_SIZE) {
    const entry = new BigUint64Array(1);
    libc.memcpy(entry, at, POINTER_SIZE);
    const text = cText(entry[0]!, libc);
    if (text === undefined) return;
    const found = CONCEALED.find(({ name }) => text.startsWith(`${name}=`));
    if (found !== undefined) memset(entry[0]!, found.initial.charCodeAt(0), 1n);
  }
}
