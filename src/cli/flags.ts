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
}

export interface ParsedFlags {
  /** `true` for a switch; the last one wins. */
  readonly values: ReadonlyMap<string, string | true>;
  /** How often `-v` or `--verbose` was given. */
  readonly verbosity: number;
  readonly rest: readonly string[];
}

export interface FlagGrammar {
  readonly command: string;
  readonly flags: readonly FlagSpec[];
  /** Whether the first argument that is no flag ends the flags (`run`), or flags may follow it. */
  readonly stopAtFirst: boolean;
}

/** @throws EdgebootError USAGE (64), or {@link UnknownFlag} */
export function parseFlags(args: readonly string[], grammar: FlagGrammar): ParsedFlags {
  const values = new Map<string, string | true>();
  const rest: string[] = [];
  let verbosity = 0;
  let index = 0;
  while (index < args.length) {
    const arg = args[index++]!;
    if (arg === "--") return { values, verbosity, rest: [...rest, ...args.slice(index)] };
    if (/^-v+$/.test(arg)) {
      verbosity += arg.length - 1;
    } else if (!arg.startsWith("-") || arg === "-") {
      rest.push(arg);
      if (grammar.stopAtFirst) return { values, verbosity, rest: [...rest, ...args.slice(index)] };
    } else {
      const { spec, inline } = findFlag(arg, grammar);
      if (spec.placeholder === undefined) {
        if (inline !== undefined) throw usage(grammar, `--${spec.name} takes no value`);
        values.set(spec.name, true);
        if (spec.name === "verbose") verbosity++;
      } else {
        const value = inline ?? args[index++];
        if (value === undefined || value === "") {
          throw usage(grammar, `--${spec.name} needs a value: ${spec.placeholder}`);
        }
        values.set(spec.name, value);
      }
    }
  }
  return { values, verbosity, rest };
}

function findFlag(arg: string, grammar: FlagGrammar): { spec: FlagSpec; inline?: string } {
  const equals = arg.indexOf("=");
  const name = equals < 0 ? arg : arg.slice(0, equals);
  const spec = grammar.flags.find((flag) =>
    name === `--${flag.name}` || (flag.short !== undefined && name === `-${flag.short}`)
  );
  if (spec === undefined) throw new UnknownFlag(name, grammar);
  return equals < 0 ? { spec } : { spec, inline: arg.slice(equals + 1) };
}

/** Not an error yet: the caller looks for the nearest name, which loads a module. */
export class UnknownFlag {
  constructor(readonly flag: string, readonly grammar: FlagGrammar) {}
}

/** USAGE (64): the command line does not fit the grammar of the command. */
export function usage(grammar: Pick<FlagGrammar, "command">, why: string): EdgebootError {
  return new EdgebootError("USAGE", {
    what: `cannot understand the arguments of edgeboot ${grammar.command}`,
    why,
    next: `see \`edgeboot help ${grammar.command}\``,
  });
}
