import type { Command } from "../../command.ts";
import { APP } from "../../operands.ts";
import { EVERYWHERE, JSON_OUTPUT, settingFlags } from "../../shared_flags.ts";

const FLAGS = [
  JSON_OUTPUT,
  ...settingFlags("registry", "cache", "python", "trusted-uids"),
  ...EVERYWHERE,
];
const FAILS = ["settings", "cache", "registry", "python"] as const;

export const HISTORY: Command = {
  name: "history",
  summary: "list the releases that a channel has stood for on this machine",
  forms: [{ operands: [APP], json: "history" }],
  flags: FLAGS,
  main: ["json", "cache"],
  examples: ["edgeboot history billing-api"],
  fails: FAILS,
  records: { history: async () => (await import("./records.ts")).HISTORY },
  load: async () => (await import("./action.ts")).historyCommand,
};

export const PIN: Command = {
  name: "pin",
  summary: "start one release, whatever the registry says; without a release the current one",
  forms: [
    { operands: [APP, { is: ["sha256:HEX", "VERSION"], optional: true }], json: "pin" },
    { needs: ["remove"], operands: [APP], json: "pin-remove" },
  ],
  flags: [{ name: "remove", help: "follow the registry again" }, ...FLAGS],
  main: ["remove", "json", "cache"],
  examples: ["edgeboot pin billing-api 1.4.2", "edgeboot pin --remove billing-api"],
  fails: FAILS,
  records: {
    "pin": async () => (await import("./records.ts")).PINNED,
    "pin-remove": async () => (await import("./records.ts")).UNPINNED,
  },
  load: async () => (await import("./action.ts")).pinCommand,
};

export const ROLLBACK: Command = {
  name: "rollback",
  summary: "go back to the release before, at once and without network",
  forms: [{ operands: [APP], json: "rollback" }],
  flags: FLAGS,
  main: ["json", "cache"],
  examples: ["edgeboot rollback billing-api"],
  fails: FAILS,
  records: { rollback: async () => (await import("./records.ts")).ROLLED_BACK },
  load: async () => (await import("./action.ts")).rollbackCommand,
};
