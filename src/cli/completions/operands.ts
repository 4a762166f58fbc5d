import type { CommandSpec } from "../commands.ts";

/** What may stand at one place: a word to be typed as it is, or a kind of thing (`APP`, `FILE`). */
export interface Operand {
  readonly alternatives: readonly string[];
  readonly repeats: boolean;
}

/**
 * What may be the next operand, read from the synopsis: what help prints is what is completed.
 * @param typed the operands before it
 * @param flags the names of the options before it
 */
export function nextOperands(
  spec: Pick<CommandSpec, "name" | "synopsis" | "flags">,
  typed: readonly string[],
  flags: ReadonlySet<string>,
): string[] {
  const lines = spec.synopsis.map((line) => parseSynopsis(line, spec));
  const asked = lines.filter(({ needs }) =>
    needs.length > 0 && needs.every((flag) => flags.has(flag))
  );
  const chosen = asked.length > 0 ? asked : lines.filter(({ needs }) => needs.length === 0);
  return [
    ...new Set(chosen.flatMap(({ operands }) => {
      const at = (index: number) =>
        operands[index] ?? (operands.at(-1)?.repeats ? operands.at(-1) : undefined);
      const fits = typed.every((word, index) => at(index) && accepts(at(index)!, word));
      return fits ? at(typed.length)?.alternatives ?? [] : [];
    })),
  ];
}

/** A word in capitals stands for any. */
function accepts({ alternatives }: Operand, word: string): boolean {
  return alternatives.some((each) => !isLiteral(each) || each === word);
}

/** Whether an alternative of an operand is to be typed as it stands. */
export function isLiteral(alternative: string): boolean {
  return /^[a-z]/.test(alternative) && !alternative.includes(":");
}

interface Line {
  readonly operands: readonly Operand[];
  /** Options without which the line does not hold. */
  readonly needs: readonly string[];
}

/** `edgeboot cache path [OPTIONS] [DIGEST]`: `path`, then `DIGEST`. */
function parseSynopsis(line: string, { name, flags }: Pick<CommandSpec, "name" | "flags">): Line {
  const operands: Operand[] = [];
  const needs: string[] = [];
  const words = line
    .replace(`edgeboot ${name}`, "")
    .replaceAll("[@REF]", "")
    // What is optional and begins with a dash takes its value with it.
    .replace(/\[--? ([^\]]*)\]/g, "[$1]")
    .replace(/\[-[^\]|]*\]/g, "")
    .replace(/ *\| */g, "|")
    .trim()
    .split(/ +/)
    .filter((word) => word !== "" && word !== "[OPTIONS]");
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!.replace(/[[\]]/g, "");
    if (word.startsWith("-")) {
      const flag = word.replace(/^-+/, "");
      needs.push(flag);
      if (flags.find((each) => each.name === flag)?.placeholder !== undefined) index++;
      continue;
    }
    const alternatives = word.replace(/…$/, "").split("|").filter((each) => !each.startsWith("-"));
    operands.push({ alternatives, repeats: word.endsWith("…") });
  }
  return { operands, needs };
}
