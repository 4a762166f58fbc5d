import { type CommandSpec } from "../commands.ts";
import type { FlagSpec } from "../flags.ts";
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

/** Names that are not in the tables: by what the synopsis or a placeholder calls them. */
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
  commands: readonly CommandSpec[],
  names: Names,
): Promise<Completion> {
  const word = words.at(-1) ?? "";
  const [name, ...before] = words.slice(0, -1);
  if (name === undefined) {
    const all = commands.map(({ name, summary }) => ({ value: name, about: summary }));
    const flags = ["--help", "--version"].map((value) => ({ value }));
    return begunWith(word, word.startsWith("-") ? flags : all);
  }
  const spec = commands.find((command) => command.name === name);
  if (spec === undefined) return { candidates: [] };
  const state = walk(spec, before);
  if (state.awaits !== undefined) {
    return await completeKinds(kindsOf(state.awaits), word, state, names);
  }
  if (word.startsWith("-") && state.flagsMayFollow) {
    return await completeFlag(spec, word, state, names);
  }
  const flags = new Set(state.values.keys());
  return await completeKinds(nextOperands(spec, state.operands, flags), word, state, names);
}

interface State extends Typed {
  /** The option whose value comes next. */
  readonly awaits: FlagSpec | undefined;
  readonly flagsMayFollow: boolean;
}

/** As {@link parseFlags} reads a command line, but for one that is not finished and may be wrong. */
function walk(spec: CommandSpec, words: readonly string[]): State {
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
      const flag = spec.flags.find((each) => each.name === name);
      if (flag === undefined) continue;
      values.set(flag.name, value ?? true);
      if (flag.placeholder !== undefined && value === undefined) awaits = flag;
    } else {
      operands.push(word);
      if (spec.stopAtFirst) flagsMayFollow = false;
    }
  }
  return { values, operands, awaits, flagsMayFollow };
}

async function completeFlag(
  spec: CommandSpec,
  word: string,
  typed: Typed,
  names: Names,
): Promise<Completion> {
  const equals = word.indexOf("=");
  if (equals < 0) {
    return begunWith(
      word,
      spec.flags.filter((flag) => goesWith(flag, typed.operands[0]))
        .map(({ name, help }) => ({ value: `--${name}`, about: help })),
    );
  }
  const flag = spec.flags.find(({ name }) => `--${name}` === word.slice(0, equals));
  if (flag?.placeholder === undefined) return { candidates: [] };
  const rest = word.slice(equals + 1);
  const { candidates, ...other } = await completeKinds(kindsOf(flag), rest, typed, names);
  const prefix = word.slice(0, equals + 1);
  return {
    ...other,
    candidates: candidates.map((each) => ({ ...each, value: prefix + each.value })),
  };
}

/** `docker, kubernetes: the user that apps run as`: what help says an option belongs to, it belongs to. */
function goesWith({ help }: FlagSpec, word: string | undefined): boolean {
  const owners = /^([a-z]+(?:, [a-z]+)*): /.exec(help)?.[1]?.split(", ");
  return word === undefined || owners === undefined || owners.includes(word);
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
