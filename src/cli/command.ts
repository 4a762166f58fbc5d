import type { Outcome } from "./action.ts";
import type { FlagSpec } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { Shape } from "./json/shape.ts";

/**
 * A command, declared once: parser, help, man page, completions and the tables of the README are all
 * made from this. How to add one: README.md in this directory.
 */
export interface Command {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Each way to call it is a line of its synopsis; for each verb, one holds without any option. */
  readonly forms: readonly Form[];
  /** What messages call its verbs, where that is something else. */
  readonly verbWord?: string;
  readonly flags: readonly FlagSpec[];
  /** Names of the flags that `-h` shows; `--help` shows all. */
  readonly main: readonly string[];
  /** Everything from the first operand on belongs to somebody else. */
  readonly stopAtFirst?: true;
  /** As they are typed. */
  readonly examples: readonly string[];
  /** What it has to do with, and so can end with besides 0, 64 and 70. */
  readonly fails: readonly Area[];
  /** What it prints with `--json`, by the name that a form or flag has for it: `cache-list`. */
  readonly records?: Readonly<Record<string, () => Promise<RecordDeclaration>>>;
  load(): Action | Promise<Action>;
}

/** @param commands all that there are, for those who tell of them */
export type Action = (
  invocation: Invocation,
  commands: readonly Command[],
) => Outcome | Promise<Outcome>;

/** What a JSON Schema says of one record, the envelope aside. */
export interface RecordDeclaration {
  readonly title: string;
  readonly shape: Shape<object>;
}

/** See `AREA_CODES` in help/exits.ts for the exit codes. "app": then Python runs, and ends as it likes. */
export type Area = "app" | "settings" | "cache" | "registry" | "locks" | "python";

export interface Form {
  /** What the first word may be; absent where a command has no verbs. */
  readonly verbs?: readonly string[];
  /** Flags without which the form does not hold: another one may. */
  readonly needs?: readonly string[];
  /** Flags that have to be given. */
  readonly requires?: readonly string[];
  /** Flags that the synopsis names, where they are few; all others are [OPTIONS]. */
  readonly shows?: readonly string[];
  readonly operands: readonly Operand[];
  /** The record that `--json` prints. */
  readonly json?: string;
}

export interface Operand {
  /** Kinds of things in capitals (`APP`, `FILE`), or words to be typed as they are. */
  readonly is: readonly string[];
  readonly optional?: true;
  readonly repeats?: true;
  /** `--` may stand before it, to be taken out. */
  readonly dashes?: true;
  /** The variable that gives it where the command line does not. */
  readonly variable?: string;
}
