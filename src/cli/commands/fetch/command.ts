import type { Command } from "../../command.ts";
import { APP_OR_VARIABLE } from "../../operands.ts";
import {
  ACCOUNTING,
  ALL_OF_A_FETCH,
  BUNDLE,
  dryRun,
  EVERYWHERE,
  FETCHING,
  JSON_OUTPUT,
  LOOKING,
} from "../../shared_flags.ts";

export const FETCH: Command = {
  name: "fetch",
  summary: "warm the cache, start nothing",
  forms: [
    { operands: [{ ...APP_OR_VARIABLE, repeats: true }], json: "fetch" },
    { needs: ["bundle", "sha256"], operands: [], json: "fetch" },
  ],
  flags: [
    ...BUNDLE,
    dryRun("fetch-plan"),
    JSON_OUTPUT,
    ...LOOKING,
    ...FETCHING,
    ...ACCOUNTING,
    ...EVERYWHERE,
  ],
  main: ["registry", "cache", "compile-bytecode", "dry-run", "json"],
  examples: [
    "edgeboot fetch billing-api worker@1.4.2",
    "edgeboot fetch --json billing-api",
  ],
  fails: ALL_OF_A_FETCH,
  records: {
    "fetch": async () => (await import("./records.ts")).FETCHED,
    "fetch-plan": async () => (await import("./records.ts")).FETCH_PLAN,
  },
  load: async () => (await import("./action.ts")).fetchCommand,
};
