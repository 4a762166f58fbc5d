import type { Command } from "../../command.ts";
import { EVERYWHERE, JSON_OUTPUT, settingFlags } from "../../shared_flags.ts";

export const VERIFY: Command = {
  name: "verify",
  summary: "compare what is in the cache with what was verified when it was unpacked",
  forms: [
    { operands: [{ is: ["APP"], optional: true }], json: "verify" },
    { needs: ["all"], operands: [], json: "verify" },
  ],
  flags: [
    { name: "all", help: "everything in the cache; also without APP" },
    { name: "force", help: "move a damaged tree away also while an app runs from it" },
    JSON_OUTPUT,
    ...settingFlags("registry", "cache", "trusted-uids"),
    ...EVERYWHERE,
  ],
  main: ["all", "force", "json", "cache"],
  examples: ["edgeboot verify", "edgeboot verify billing-api"],
  fails: ["settings", "cache"],
  records: { verify: async () => (await import("./record.ts")).VERIFIED },
  load: async () => (await import("./action.ts")).verifyCommand,
};
