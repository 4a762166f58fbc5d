import { EdgebootError } from "../model/errors.ts";

/**
 * A command line of our own making: everything after APP belongs to the app byte for byte, the first
 * `--` included, which general parsers take out wherever it stands.
 */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  /** What the value is called in help; absent for a switch. */
  readonly placeholder?: string;
  readonly help: string;
  /** The verbs of its command that it goes with; absent: all. */
  readonly verbs?: readonly string[];
  /** Given several times, it has all values with this between them; absent: the last one wins. */
  readonly joinedBy?: string;
  /** A flag that it says nothing without. */
  readonly needs?: string;
  /** The record that `--json` then prints, in place of its form's. */
  readonly json?: string;
}

export interface ParsedFlags {
  /** `true` for a switch. */
  readonly values: ReadonlyMap<string, string | true>;
  /** How often `-v` or `--verbose` was given. */
  readonly verbosity: number;
  /** Operands; where a command has verbs, those after the verb. */
  readonly rest: readonly string[];
}

/** A command line whose parts go together. */
export interface Parsed extends ParsedFlags {
  readonly verb: string | undefined;
  /** The record to print, where JSON was asked for. */
  readonly json: string | undefined;
}

/** A command line taken apart, before anybody has asked whether its parts go together. */
export interface Scanned extends ParsedFlags {
  readonly help: "no" | "short" | "whole";
  /** The first argument that is no flag of the command, or is none that can be read. */
  readonly fault: FlagFault | undefined;
}

export type FlagFault =
  | { readonly kind: "unknown-flag"; readonly flag: string }
  | { readonly kind: "no-value"; readonly flag: FlagSpec }
  | { readonly kind: "value"; readonly flag: FlagSpec };

export interface FlagGrammar {
  readonly flags: readonly FlagSpec[];
  /** Whether the first argument that is no flag ends the flags (`run`), or flags may follow it. */
  readonly stopAtFirst?: true;
}

/** Never fails: what comes after a fault may still say that the answer is wanted as JSON, or help. */
export function scanFlags(args: readonly string[], grammar: FlagGrammar): Scanned {
  const values = new Map<string, string | true>();
  const rest: string[] = [];
  let verbosity = 0;
  let help: Scanned["help"] = "no";
  let fault: FlagFault | undefined;
  let index = 0;
  while (index < args.length) {
    const arg = args[index++]!;
    const isOperand = !arg.startsWith("-") || arg === "-";
    if (isOperand) rest.push(arg);
    if (arg === "--" || isOperand && grammar.stopAtFirst) {
      rest.push(...args.slice(index));
      break;
    }
    if (isOperand) continue;
    if (/^-v+$/.test(arg)) {
      verbosity += arg.length - 1;
      continue;
    }
    const equals = arg.indexOf("=");
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const flag = findFlag(name, grammar.flags);
    if (flag === undefined) {
      fault ??= { kind: "unknown-flag", flag: name };
    } else if (flag.placeholder === undefined) {
      if (equals >= 0) fault ??= { kind: "value", flag };
      values.set(flag.name, true);
      if (flag.name === "verbose") verbosity++;
      if (flag.name === "help") help = name === "--help" ? "whole" : "short";
    } else {
      const value = equals < 0 ? args[index++] : arg.slice(equals + 1);
      if (!value) fault ??= { kind: "no-value", flag };
      else values.set(flag.name, withEarlier(value, flag, values.get(flag.name)));
    }
  }
  return { values, verbosity, rest, help, fault };
}

function withEarlier(value: string, { joinedBy }: FlagSpec, earlier?: string | true): string {
  return joinedBy === undefined || typeof earlier !== "string"
    ? value
    : `${earlier}${joinedBy}${value}`;
}

/** By `--name` or `-n`, as it was typed. */
export function findFlag(name: string, flags: readonly FlagSpec[]): FlagSpec | undefined {
  return flags.find((flag) =>
    name === `--${flag.name}` || (flag.short !== undefined && name === `-${flag.short}`)
  );
}

/** @returns USAGE (64) */
export function usage({ command }: { readonly command: string }, why: string): EdgebootError {
  return new EdgebootError("USAGE", {
    what: `cannot understand the arguments of edgeboot ${command}`,
    why,
    next: `see \`edgeboot help ${command}\``,
  });
}
