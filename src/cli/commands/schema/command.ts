import type { Command } from "../../command.ts";
import { EVERYWHERE } from "../../shared_flags.ts";

export const SCHEMA: Command = {
  name: "schema",
  summary: "print the JSON Schema of a release, of log lines, or of what a command prints as JSON",
  forms: [{ operands: [{ is: ["SCHEMA"], optional: true }] }],
  flags: EVERYWHERE,
  main: [],
  examples: ["edgeboot schema > release.schema.json", "edgeboot schema cache-list"],
  fails: [],
  load: async () => (await import("./action.ts")).schemaCommand,
};
