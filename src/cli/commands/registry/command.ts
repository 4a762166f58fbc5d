import type { Command } from "../../command.ts";
import { EVERYWHERE, JSON_OUTPUT } from "../../shared_flags.ts";
import { TO, WRITING } from "../../writing.ts";

export const REGISTRY: Command = {
  name: "registry",
  summary: "remove from a registry what no kept release names",
  forms: [{
    verbs: ["gc"],
    requires: ["keep", "to"],
    shows: ["dry-run"],
    operands: [],
    json: "registry-gc",
  }],
  flags: [
    TO,
    {
      name: "keep",
      placeholder: "N",
      help: "versions of each app that stay, the newest; what channels stand for stays besides",
    },
    {
      name: "min-age",
      placeholder: "DURATION",
      help: "what is younger stays, as somebody may be publishing it (default 24h)",
    },
    { name: "dry-run", help: "say what would be removed, remove nothing" },
    JSON_OUTPUT,
    ...WRITING,
    ...EVERYWHERE,
  ],
  main: ["to", "keep", "min-age", "dry-run", "json"],
  examples: ["edgeboot registry gc --keep 10 --to /srv/registry --dry-run"],
  fails: ["settings", "registry", "locks"],
  records: { "registry-gc": async () => (await import("./record.ts")).COLLECTED },
  load: async () => (await import("./action.ts")).registryCommand,
};
