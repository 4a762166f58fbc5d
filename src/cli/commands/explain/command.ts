import type { Command } from "../../command.ts";
import { APP_OR_VARIABLE, ARGS, DASHED_ARGS } from "../../operands.ts";
import {
  ALL_OF_A_FETCH,
  BUNDLE,
  EVERYWHERE,
  FETCHING,
  JSON_OUTPUT,
  LOOKING,
  settingFlags,
  STARTING,
} from "../../shared_flags.ts";

export const EXPLAIN: Command = {
  name: "explain",
  summary: "say step by step what `run` would do; does and writes nothing",
  forms: [
    { operands: [APP_OR_VARIABLE, ARGS], json: "explain" },
    {
      needs: ["bundle", "sha256"],
      shows: ["entry"],
      operands: [DASHED_ARGS],
      json: "explain",
    },
  ],
  flags: [
    ...BUNDLE,
    JSON_OUTPUT,
    ...settingFlags("entry"),
    ...STARTING,
    ...LOOKING,
    ...FETCHING,
    ...EVERYWHERE,
  ],
  main: ["json", "entry", "registry", "python", "offline"],
  stopAtFirst: true,
  examples: ["edgeboot explain billing-api", "edgeboot explain --json --entry worker billing-api"],
  fails: ALL_OF_A_FETCH,
  records: { explain: async () => (await import("./record.ts")).EXPLANATION },
  load: async () => (await import("./action.ts")).explainCommand,
};
