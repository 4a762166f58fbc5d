import type { Command } from "../../command.ts";
import { EVERYWHERE, JSON_OUTPUT, settingFlags } from "../../shared_flags.ts";

export const CACHE: Command = {
  name: "cache",
  summary: "list what is cached, by whom it is used; collect; print where the cache or a tree is",
  forms: [
    { verbs: ["list"], shows: ["quarantine"], operands: [], json: "cache-list" },
    {
      verbs: ["gc"],
      shows: ["max-size", "max-age", "keep", "dry-run"],
      operands: [],
      json: "cache-gc",
    },
    { verbs: ["path"], operands: [{ is: ["DIGEST"], optional: true }], json: "cache-path" },
  ],
  flags: [
    {
      name: "max-size",
      placeholder: "SIZE",
      verbs: ["gc"],
      help: "remove the least recently used until no more than this is left (500MB, 2GiB)",
    },
    {
      name: "max-age",
      placeholder: "DURATION",
      verbs: ["gc"],
      help: "remove what was not used for this long (12h, 30d), kept releases included",
    },
    {
      name: "keep",
      placeholder: "N",
      verbs: ["gc"],
      help: "releases of each app to keep (default 2); 0 keeps only what is pinned. Without a " +
        "limit, or with --keep, all that no kept release needs is removed",
    },
    {
      name: "unlocked-age",
      placeholder: "DURATION",
      verbs: ["gc"],
      help: "where nobody can tell what runs (no locks on this file system, trees of an image), " +
        "take for unused what was not started for this long; without it all of that is kept",
    },
    {
      name: "quarantine-age",
      placeholder: "DURATION",
      verbs: ["gc"],
      help: "remove what `verify` found damaged this long ago (0s: all); without it nothing is",
    },
    {
      name: "quarantine",
      verbs: ["list"],
      json: "cache-quarantine",
      help: "what `verify` has moved out of the way",
    },
    { name: "dry-run", verbs: ["gc"], help: "say what would be removed, remove nothing" },
    JSON_OUTPUT,
    ...settingFlags("cache", "trusted-uids"),
    ...EVERYWHERE,
  ],
  main: ["max-size", "max-age", "keep", "dry-run", "quarantine", "json", "cache"],
  examples: [
    "edgeboot cache list",
    "edgeboot cache gc --max-size 20GB --dry-run",
    'ls "$(edgeboot cache path)"',
  ],
  fails: ["settings", "cache"],
  records: {
    "cache-list": async () => (await import("./records.ts")).LISTED,
    "cache-quarantine": async () => (await import("./records.ts")).QUARANTINED,
    "cache-gc": async () => (await import("./records.ts")).COLLECTED,
    "cache-path": async () => (await import("./records.ts")).PATH,
  },
  load: async () => (await import("./action.ts")).cacheCommand,
};
