import { type Elf, type ElfAnswer, parseElf } from "./file.ts";
import type { Look as WholeLook } from "./look.ts";

type Look = Pick<WholeLook, "open">;

/** Headers, dynamic section and names of most files lie in the first pages. */
const HEAD_BYTES = 16 * 1024;

/** Reads what the loader would of one file; "no-elf" where it cannot be opened. */
export function readElf(path: string, look: Look): ElfAnswer {
  const file = look.open(path);
  if (file === undefined) return { kind: "no-elf" };
  try {
    const head = file.read(0, Math.min(file.size, HEAD_BYTES));
    return parseElf({
      size: file.size,
      read: (at, length) =>
        at + length <= head.length ? head.subarray(at, at + length) : file.read(at, length),
    });
  } finally {
    file.close();
  }
}

/** {@link readElf} that reads each file once. */
export function elfReader(look: Look): (path: string) => ElfAnswer {
  const known = new Map<string, ElfAnswer>();
  return (path) => {
    let answer = known.get(path);
    if (answer === undefined) known.set(path, answer = readElf(path, look));
    return answer;
  };
}

/** Whether the file could be read as ELF. */
export function isElf(answer: ElfAnswer): answer is Elf {
  return answer.kind === "elf";
}
