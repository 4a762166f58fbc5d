import type { Command, Form, Operand } from "./command.ts";
import { EVERYWHERE } from "./shared_flags.ts";

/** `edgeboot cache gc [OPTIONS] [--keep N]`: a way to call a command, as one line. */
export function synopsisOf(command: Command, form: Form): string {
  const { name, flags } = command;
  const { verbs = [], needs = [], requires = [], shows = [], operands } = form;
  const written = (flag: string) => {
    const placeholder = flags.find((each) => each.name === flag)?.placeholder;
    return `--${flag}${placeholder === undefined ? "" : ` ${placeholder}`}`;
  };
  const own = flags.filter((flag) => !EVERYWHERE.includes(flag));
  const others = own.filter((flag) => ![...needs, ...requires, ...shows].includes(flag.name));
  return [
    ...["edgeboot", name, verbs.join(" | ")],
    ...others.length === 0 ? [] : ["[OPTIONS]"],
    ...[...needs, ...requires].map(written),
    ...shows.map((flag) => `[${written(flag)}]`),
    ...operands.map(operandText),
  ].filter((part) => part !== "").join(" ");
}

/** `APP[@REF]`, `[sha256:HEX | VERSION]`, `[-- ARGS…]`. */
function operandText(operand: Operand): string {
  const { optional, repeats, dashes } = operand;
  const text = `${operandNames(operand)}${repeats ? "…" : ""}`;
  if (optional) return `[${dashes ? "-- " : ""}${text}]`;
  return `${dashes ? "[--] " : ""}${text}`;
}

/** `APP[@REF] | FILE`. */
export function operandNames({ is }: Operand): string {
  return is.map((kind) => kind === "APP" ? "APP[@REF]" : kind).join(" | ");
}
