import type { Command } from "../../command.ts";
import { APP } from "../../operands.ts";
import { EVERYWHERE, FETCHING, JSON_OUTPUT, settingFlags } from "../../shared_flags.ts";

export const DIFF: Command = {
  name: "diff",
  summary: "show the packages, layers and files that changed between two releases",
  forms: [{ operands: [APP, APP], json: "diff" }],
  flags: [
    { name: "no-files", help: "look at the documents alone: fetch no layer" },
    JSON_OUTPUT,
    ...settingFlags("registry", "cache", "lock-timeout", "trusted-uids"),
    ...FETCHING,
    ...EVERYWHERE,
  ],
  main: ["no-files", "json", "registry"],
  examples: ["edgeboot diff billing-api@1.4.1 billing-api@1.4.2"],
  fails: ["settings", "cache", "registry", "locks"],
  records: { diff: async () => (await import("./record.ts")).DIFFERENCES },
  load: async () => (await import("./action.ts")).diffCommand,
};
