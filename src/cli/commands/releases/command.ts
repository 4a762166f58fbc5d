import type { Command } from "../../command.ts";
import { APP } from "../../operands.ts";
import { EVERYWHERE, JSON_OUTPUT, settingFlags } from "../../shared_flags.ts";

export const RELEASES: Command = {
  name: "releases",
  summary: "list the versions and channels of an app that a registry has, newest first",
  forms: [{ operands: [APP], json: "releases" }],
  flags: [JSON_OUTPUT, ...settingFlags("registry"), ...EVERYWHERE],
  main: ["json", "registry"],
  examples: ["edgeboot releases billing-api"],
  fails: ["settings", "registry"],
  records: { releases: async () => (await import("./record.ts")).LISTED },
  load: async () => (await import("./action.ts")).releasesCommand,
};
