import type { Command } from "../../command.ts";
import { APP } from "../../operands.ts";
import { EVERYWHERE, JSON_OUTPUT } from "../../shared_flags.ts";
import { TO, WRITING } from "../../writing.ts";

export const PROMOTE: Command = {
  name: "promote",
  summary: "let a channel stand for a release that the registry has; an earlier one is a rollback",
  forms: [{
    requires: ["channel", "to"],
    shows: ["expect", "dry-run"],
    operands: [APP],
    json: "promote",
  }],
  flags: [
    TO,
    { name: "channel", placeholder: "CHANNEL", help: "the channel to move" },
    {
      name: "expect",
      placeholder: "VERSION",
      help: "refuse where the channel does not stand for this version, or sha256:HEX, now",
    },
    { name: "dry-run", help: "say what would change; write nothing" },
    JSON_OUTPUT,
    ...WRITING,
    ...EVERYWHERE,
  ],
  main: ["to", "channel", "expect", "dry-run", "json"],
  examples: [
    "edgeboot promote billing-api@1.4.2 --channel stable --to /srv/registry",
    "edgeboot promote web@beta --channel stable --to /srv/apps --expect 1.4",
  ],
  fails: ["settings", "registry", "locks"],
  records: { promote: async () => (await import("./record.ts")).PROMOTED },
  load: async () => (await import("./action.ts")).promoteCommand,
};
