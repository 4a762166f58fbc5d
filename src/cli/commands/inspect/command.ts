import type { Command } from "../../command.ts";
import { EVERYWHERE, JSON_OUTPUT, LOOKING } from "../../shared_flags.ts";

export const INSPECT: Command = {
  name: "inspect",
  summary: "show a release: chosen variant and why, layers, entry points, PYTHONPATH",
  forms: [{ operands: [{ is: ["APP", "FILE"] }], json: "inspect" }],
  flags: [JSON_OUTPUT, ...LOOKING, ...EVERYWHERE],
  main: ["json", "registry", "python", "offline"],
  examples: ["edgeboot inspect billing-api", "edgeboot inspect --json ./stable.json"],
  fails: ["settings", "cache", "registry", "python"],
  records: { inspect: async () => (await import("./record.ts")).INSPECTION },
  load: async () => (await import("./action.ts")).inspectCommand,
};
