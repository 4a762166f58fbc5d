import type { Command, Form } from "../command.ts";

/**
 * What may be the next operand: kinds (`APP`, `FILE`), and words to be typed as they are.
 * @param typed the operands before it, a verb included
 * @param flags the names of the options before it
 */
export function nextOperands(
  { forms }: Pick<Command, "forms">,
  typed: readonly string[],
  flags: ReadonlySet<string>,
): string[] {
  const asked = forms.filter(({ needs = [] }) =>
    needs.length > 0 && needs.every((name) => flags.has(name))
  );
  const chosen = asked.length > 0 ? asked : forms.filter(({ needs = [] }) => needs.length === 0);
  return [...new Set(chosen.flatMap((form) => nextOf(form, typed)))];
}

function nextOf({ verbs, operands }: Form, typed: readonly string[]): readonly string[] {
  const [verb, ...after] = typed;
  if (verbs !== undefined && verb === undefined) return verbs;
  if (verbs !== undefined && !verbs.includes(verb!)) return [];
  const at = verbs === undefined ? typed.length : after.length;
  const operand = operands[at] ?? (operands.at(-1)?.repeats ? operands.at(-1) : undefined);
  return operand?.is ?? [];
}

/** Whether it is a word to be typed as it is, and not a kind of thing. */
export function isLiteral(alternative: string): boolean {
  return /^[a-z]/.test(alternative) && !alternative.includes(":");
}
