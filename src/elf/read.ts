import { type FileSystem, FsError } from "../host/ports.ts";
import { type Elf, type ElfAnswer, parseElf } from "./file.ts";

type Look = Pick<FileSystem, "openRead">;

/** Headers, dynamic section and names of most files lie in the first pages. */
const HEAD_BYTES = 16 * 1024;

/** Reads what the loader would of one file; "no-elf" where it cannot be opened. */
export function readElf(path: string, fs: Look): ElfAnswer {
  try {
    const file = fs.openRead(path);
    try {
      const size = file.size();
      const read = (at: number, length: number) => {
        const bytes = new Uint8Array(length);
        file.seek(at);
        for (let done = 0; done < length;) {
          const count = file.read(bytes.subarray(done));
          // Cut off since its size was asked: the zeros that are left say nothing.
          if (count === null) break;
          done += count;
        }
        return bytes;
      };
      const head = read(0, Math.min(size, HEAD_BYTES));
      return parseElf({
        size,
        read: (at, length) =>
          at + length <= head.length ? head.subarray(at, at + length) : read(at, length),
      });
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof FsError) return { kind: "no-elf" };
    throw error;
  }
}

/** {@link readElf} that reads each file once. */
export function elfReader(fs: Look): (path: string) => ElfAnswer {
  const known = new Map<string, ElfAnswer>();
  return (path) => {
    let answer = known.get(path);
    if (answer === undefined) known.set(path, answer = readElf(path, fs));
    return answer;
  };
}

export function isElf(answer: ElfAnswer): answer is Elf {
  return answer.kind === "elf";
}
