import type { EdgebootError } from "../model/errors.ts";
import type { Command } from "./command.ts";
import { usage } from "./flags.ts";
import type { Fault } from "./forms.ts";
import { unknownName, unknownWord } from "./suggest.ts";
import { operandNames, synopsisOf } from "./synopsis.ts";

/** @returns USAGE (64): what is wrong with a command line, and how it goes */
export async function misuseOf(fault: Fault, command: Command): Promise<EdgebootError> {
  const { name } = command;
  const refuse = (why: string) => usage({ command: name }, why);
  switch (fault.kind) {
    case "unknown-flag": {
      const known = command.flags.map((flag) => `--${flag.name}`);
      return await unknownName("option", fault.flag, known, name);
    }
    case "value":
      return refuse(`--${fault.flag.name} takes no value`);
    case "no-value":
      return refuse(`--${fault.flag.name} needs a value: ${fault.flag.placeholder}`);
    case "verb": {
      const verbs = command.forms.flatMap((form) => form.verbs ?? []);
      return await unknownWord(name, command.verbWord ?? "verb", fault.verb, [...new Set(verbs)]);
    }
    case "lacks": {
      const { name: flag, placeholder } = fault.flag;
      const value = placeholder === undefined ? "" : ` ${placeholder}`;
      return refuse(`--${flag}${value} is missing: ${synopsisOf(command, fault.form)}`);
    }
    case "other-verb": {
      const { flag, verb } = fault;
      const lines = flag.verbs!.map((verb) => `\`${name} ${verb}\``).join(" and ");
      return refuse(`--${flag.name} goes with ${lines}, not with \`${name} ${verb}\``);
    }
    case "needs": {
      const { name: other, placeholder } = fault.other;
      const value = placeholder === undefined ? "" : ` ${placeholder}`;
      return refuse(`--${fault.flag.name} goes with --${other}${value}`);
    }
    case "too-few": {
      const missing = operandNames(fault.missing);
      return refuse(`${missing} is missing: ${synopsisOf(command, fault.form)}`);
    }
    case "too-many": {
      const extra = JSON.stringify(fault.extra);
      return refuse(`${extra} is one argument too many: ${synopsisOf(command, fault.form)}`);
    }
  }
}
