import type { Command } from "../../command.ts";
import { EVERYWHERE, JSON_OUTPUT } from "../../shared_flags.ts";
import { TO, WRITING } from "../../writing.ts";

export const PUBLISH: Command = {
  name: "publish",
  summary: "bring a release into a registry: layers, then the version, then the channel",
  forms: [{
    requires: ["to"],
    shows: ["channel", "dry-run"],
    operands: [{ is: ["DIR"] }, { is: ["APP"], optional: true }],
    json: "publish",
  }],
  flags: [
    TO,
    {
      name: "channel",
      placeholder: "CHANNEL",
      help: "let this channel stand for it; without it, the release is there under its version",
    },
    {
      name: "keep-urls",
      help: "leave layers that have an absolute url where they are, in place of copying them",
    },
    { name: "dry-run", help: "say what would be sent and changed; write nothing" },
    JSON_OUTPUT,
    ...WRITING,
    ...EVERYWHERE,
  ],
  main: ["to", "channel", "keep-urls", "dry-run", "json"],
  examples: [
    "edgeboot publish dist/registry --to https://host/apps --channel beta",
    "edgeboot publish dist/registry billing-api@1.4.2 --to /srv/registry",
  ],
  fails: ["settings", "registry", "locks"],
  records: { publish: async () => (await import("./record.ts")).PUBLISHED },
  load: async () => (await import("./action.ts")).publishCommand,
};
