import type { Environment } from "../host/ports.ts";
import type { Command, Form, Operand } from "./command.ts";
import type { FlagFault, FlagSpec, Parsed, ParsedFlags, Scanned } from "./flags.ts";

/** Why parts do not go together. Its words are loaded when they are needed: misuse.ts. */
export type Fault =
  | FlagFault
  | { readonly kind: "verb"; readonly verb: string | undefined }
  | { readonly kind: "lacks"; readonly form: Form; readonly flag: FlagSpec }
  | { readonly kind: "other-verb"; readonly flag: FlagSpec; readonly verb: string }
  | { readonly kind: "needs"; readonly flag: FlagSpec; readonly other: FlagSpec }
  | { readonly kind: "too-few"; readonly form: Form; readonly missing: Operand }
  | { readonly kind: "too-many"; readonly form: Form; readonly extra: string };

export interface Judged {
  readonly parsed: Parsed;
  readonly fault: Fault | undefined;
}

/** Pure but for the variables that stand for operands. */
export function judge(
  command: Command,
  scanned: Scanned,
  env: Pick<Environment, "get">,
): Judged {
  const { values, verbosity, rest: words } = scanned;
  const hasVerbs = command.forms.some(({ verbs }) => verbs !== undefined);
  const verb = hasVerbs ? words[0] : undefined;
  const form = formOf(command, verb, values);
  const typed = hasVerbs ? words.slice(1) : words;
  const rest = form === undefined ? typed : withVariable(form, withoutDashes(form, typed), env);
  const json = values.has("json") ? recordOf(command, form, values) : undefined;
  const fault = scanned.fault ??
    (form === undefined ? { kind: "verb" as const, verb } : undefined) ??
    flagFault(command, values, verb) ?? lacking(command, form!, values) ??
    operandFault(form!, rest);
  return { parsed: { values, verbosity, rest, verb, json }, fault };
}

/** Of those that hold, the one that asks for most: with `--bundle`, that of bundles. */
function formOf(
  { forms }: Command,
  verb: string | undefined,
  values: ParsedFlags["values"],
): Form | undefined {
  let found: Form | undefined;
  for (const form of forms) {
    if (form.verbs !== undefined && !form.verbs.includes(verb!)) continue;
    if (form.needs?.every((name) => values.has(name)) === false) continue;
    if (found === undefined || form.needs !== undefined) found = form;
  }
  return found;
}

/** `exec APP -- COMMAND`: what stood before the first operand, the scanner has taken out already. */
function withoutDashes({ operands }: Form, typed: readonly string[]): readonly string[] {
  const at = operands.findIndex(({ dashes }, index) => dashes && index > 0);
  return at > 0 && typed[at] === "--" ? typed.filter((_, index) => index !== at) : typed;
}

function withVariable(
  { operands: [first] }: Form,
  typed: readonly string[],
  env: Pick<Environment, "get">,
): readonly string[] {
  if (first?.variable === undefined || typed.length > 0) return typed;
  const value = env.get(first.variable);
  return value ? [value] : typed;
}

function recordOf(
  { flags }: Command,
  form: Form | undefined,
  values: ParsedFlags["values"],
): string | undefined {
  if (form === undefined) return "error";
  return flags.find(({ name, json }) => json !== undefined && values.has(name))?.json ?? form.json;
}

function lacking(
  { flags }: Command,
  form: Form,
  values: ParsedFlags["values"],
): Fault | undefined {
  const name = form.requires?.find((name) => !values.has(name));
  const flag = flags.find((each) => each.name === name);
  return flag && { kind: "lacks", form, flag };
}

function flagFault(
  { flags }: Command,
  values: ParsedFlags["values"],
  verb: string | undefined,
): Fault | undefined {
  for (const flag of flags) {
    const { name, verbs, needs } = flag;
    if ((verbs === undefined && needs === undefined) || !values.has(name)) continue;
    if (verbs?.includes(verb!) === false) return { kind: "other-verb", flag, verb: verb! };
    if (needs !== undefined && !values.has(needs)) {
      return { kind: "needs", flag, other: flags.find((other) => other.name === needs)! };
    }
  }
  return undefined;
}

function operandFault(form: Form, rest: readonly string[]): Fault | undefined {
  const { operands } = form;
  const missing = operands.find(({ optional }, index) => !optional && rest[index] === undefined);
  if (missing !== undefined) return { kind: "too-few", form, missing };
  if (rest.length <= operands.length || operands.at(-1)?.repeats) return undefined;
  return { kind: "too-many", form, extra: rest[operands.length]! };
}
