import type { FlagSpec } from "./flags.ts";
import {
  ACCOUNTING,
  BUNDLE,
  DRY_RUN,
  EVERYWHERE,
  FETCHING,
  LOOKING,
  settingFlags,
  SHA256,
  STARTING,
} from "./shared_flags.ts";

/** One row a command: what help prints and what the parser accepts. */
export interface CommandSpec {
  readonly name: string;
  readonly synopsis: readonly string[];
  readonly summary: string;
  readonly flags: readonly FlagSpec[];
  /** Everything from the first argument on belongs to somebody else. */
  readonly stopAtFirst: boolean;
}

// These two here, and the other commands in commands.ts: a start does not load what it is not asked for.

const OF_A_START: readonly FlagSpec[] = [
  ...DRY_RUN,
  ...STARTING,
  ...LOOKING,
  ...FETCHING,
  ...ACCOUNTING,
  ...EVERYWHERE,
];

export const RUN = {
  name: "run",
  synopsis: [
    "edgeboot run [OPTIONS] APP[@REF] [ARGS…]",
    "edgeboot run [OPTIONS] --bundle URL --sha256 HEX [--entry E] [-- ARGS…]",
  ],
  summary: "fetch if needed, then exec Python; ARGS go to the app untouched",
  flags: [
    BUNDLE,
    SHA256,
    ...settingFlags("entry"),
    ...OF_A_START,
  ],
  stopAtFirst: true,
} as const satisfies CommandSpec;

export const EXEC = {
  name: "exec",
  synopsis: ["edgeboot exec [OPTIONS] APP[@REF] [--] COMMAND [ARGS…]"],
  summary: "run any command in the app's environment (python, pytest, pdb)",
  flags: OF_A_START,
  stopAtFirst: true,
} as const satisfies CommandSpec;
