import type { Command } from "../command.ts";
import type { FlagSpec } from "../flags.ts";
import { commandAt, globalFlags } from "../shared_flags.ts";
import { isLiteral, nextOperands } from "./operands.ts";

export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

/** What the shell itself knows best. */
export type Delegate = "file" | "directory" | "command";

export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly delegate?: Delegate;
}

/** What is typed so far: which options with which values, and which operands. */
export interface Typed {
  readonly values: ReadonlyMap<string, string | true>;
  readonly operands: readonly string[];
}

/** Names that are not in the tables: by what an operand or a placeholder calls them. */
export type Names = (kind: string, word: string, typed: Typed) => Promise<readonly Candidate[]>;

const DELEGATES: Readonly<Record<string, Delegate>> = {
  FILE: "file",
  PATH: "file",
  URL: "file",
  ARGS: "file",
  DIR: "directory",
  COMMAND: "command",
};

/**
 * What may stand in place of the last word, which may be empty or begun.
 * @param words what follows `edgeboot` up to the cursor
 */
export async function complete(
  words: readonly string[],
  commands: readonly Command[],
  names: Names,
): Promise<Completion> {
  const word = words.at(-1) ?? "";
  const typed = words.slice(0, -1);
  const at = commandAt(typed);
  const name = typed[at];
  if (name === undefined) return await completeBare(typed, word, commands, names);
  const before = [...typed.slice(0, at), ...typed.slice(at + 1)];
  const command = commands.find((command) => command.name === name);
  if (command === undefined) return { candidates: [] };
  const state = walk(command, before);
  if (state.awaits !== undefined) {
    return await completeKinds(kindsOf(state.awaits), word, state, names);
  }
  if (word.startsWith("-") && state.flagsMayFollow) {
    return await completeFlag(command, word, state, names);
  }
  const flags = new Set(state.values.keys());
  return await completeKinds(nextOperands(command, state.operands, flags), word, state, names);
}

/** No command yet: its name, or an option that may stand before it. */
async function completeBare(
  typed: readonly string[],
  word: string,
  commands: readonly Command[],
  names: Names,
): Promise<Completion> {
  const state = walk({ flags: globalFlags() }, typed);
  if (state.awaits !== undefined) {
    return await completeKinds(kindsOf(state.awaits), word, state, names);
  }
  if (word.startsWith("-")) return await completeFlag({ flags: globalFlags() }, word, state, names);
  return begunWith(word, commands.map(({ name, summary }) => ({ value: name, about: summary })));
}

interface State extends Typed {
  /** The option whose value comes next. */
  readonly awaits: FlagSpec | undefined;
  readonly flagsMayFollow: boolean;
}

/** As {@link parseFlags} reads a command line, but for one that is not finished and may be wrong. */
function walk(command: Pick<Command, "flags" | "stopAtFirst">, words: readonly string[]): State {
  const values = new Map<string, string | true>();
  const operands: string[] = [];
  let awaits: FlagSpec | undefined;
  let flagsMayFollow = true;
  for (const word of words) {
    if (awaits !== undefined) {
      values.set(awaits.name, word);
      awaits = undefined;
    } else if (word === "--") {
      flagsMayFollow = false;
    } else if (flagsMayFollow && word.startsWith("-")) {
      const [, name, value] = /^-+([^=]*)(?:=(.*))?$/.exec(word) ?? [];
      const flag = command.flags.find((each) => each.name === name);
      if (flag === undefined) continue;
      values.set(flag.name, value ?? true);
      if (flag.placeholder !== undefined && value === undefined) awaits = flag;
    } else {
      operands.push(word);
      if (command.stopAtFirst) flagsMayFollow = false;
    }
  }
  return { values, operands, awaits, flagsMayFollow };
}

async function completeFlag(
  command: Pick<Command, "flags">,
  word: string,
  typed: Typed,
  names: Names,
): Promise<Completion> {
  const equals = word.indexOf("=");
  if (equals < 0) {
    return begunWith(
      word,
      command.flags.filter((flag) => goesWith(flag, typed.operands[0]))
        .map(({ name, help }) => ({ value: `--${name}`, about: help })),
    );
  }
  const flag = command.flags.find(({ name }) => `--${name}` === word.slice(0, equals));
  if (flag?.placeholder === undefined) return { candidates: [] };
  const rest = word.slice(equals + 1);
  const { candidates, ...other } = await completeKinds(kindsOf(flag), rest, typed, names);
  const prefix = word.slice(0, equals + 1);
  return {
    ...other,
    candidates: candidates.map((each) => ({ ...each, value: prefix + each.value })),
  };
}

function goesWith({ verbs }: FlagSpec, verb: string | undefined): boolean {
  return verb === undefined || verbs === undefined || verbs.includes(verb);
}

/** `always|never|DURATION`: two words to choose from, and a kind that has none. */
function kindsOf({ placeholder }: FlagSpec): string[] {
  return (placeholder ?? "").split("|");
}

async function completeKinds(
  kinds: readonly string[],
  word: string,
  typed: Typed,
  names: Names,
): Promise<Completion> {
  const found: Candidate[] = [];
  for (const kind of kinds) {
    found.push(...isLiteral(kind) ? [{ value: kind }] : await names(kind, word, typed));
  }
  const delegate = kinds.map((kind) => DELEGATES[kind]).find((each) => each !== undefined);
  return { ...begunWith(word, found), ...delegate === undefined ? {} : { delegate } };
}

function begunWith(word: string, candidates: readonly Candidate[]): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(word)) };
}

/** One line each: the candidate, a tab and what it is; at last `:file` and the like. */
export function renderCompletion({ candidates, delegate }: Completion): string {
  const lines = candidates.map(({ value, about }) =>
    about === undefined ? value : `${value}\t${about.replace(/[\t\n]/g, " ")}`
  );
  return [...lines, ...delegate === undefined ? [] : [`:${delegate}`]].map((line) => `${line}\n`)
    .join("");
}
