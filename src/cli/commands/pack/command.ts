import type { Command } from "../../command.ts";
import { EVERYWHERE, JSON_OUTPUT, settingFlags } from "../../shared_flags.ts";
import { DEPENDENCY_FLAGS } from "./flags.ts";

export const PACK: Command = {
  name: "pack",
  summary: "build reproducible layers and a release into a directory that is a registry",
  forms: [{ operands: [], json: "pack" }],
  flags: [
    { name: "app", placeholder: "APP", help: "app ID" },
    { name: "version", placeholder: "V", help: "version of the release" },
    {
      name: "output",
      short: "o",
      placeholder: "DIR",
      help: "the registry to pack into; made where it is not there",
    },
    ...DEPENDENCY_FLAGS,
    {
      name: "project",
      placeholder: "DIR",
      help: "the app's code: a project, built as a wheel (PEP 517)",
    },
    {
      name: "source",
      placeholder: "DIR",
      help: "the app's code: a directory as it is, without what .gitignore and .edgebootignore " +
        "leave out",
    },
    {
      name: "allow-file",
      placeholder: "PATH",
      joinedBy: "\n",
      help: "a file of the code that is packed although it looks like a secret; may be given again",
    },
    {
      name: "python",
      placeholder: "3.N,…",
      help: "versions of Python to pack for (default: the first one that is found here)",
    },
    {
      name: "platform",
      placeholder: "TAG,…",
      help: "platforms to pack for, as wheels name them: manylinux_2_28_x86_64 (default: this " +
        "machine's)",
    },
    {
      name: "entry",
      placeholder: "E",
      help: "what is started by default: module, pkg.mod:callable, path/to/script.py or " +
        "console:NAME, with arguments behind it (default: the project's only script)",
    },
    {
      name: "entrypoint",
      placeholder: "NAME=E",
      joinedBy: "\n",
      help: "a further entry point; may be given again",
    },
    {
      name: "layers",
      placeholder: "wheels|one",
      help: "dependencies as the wheels that they are, or all in one layer (default: wheels)",
    },
    { name: "check", help: "fail where no Python is here to import the entry points with" },
    { name: "no-check", help: "do not import the entry points" },
    JSON_OUTPUT,
    ...settingFlags("cache", "offline", "trusted-uids"),
    // `-V` and `--version` without a value are those of edgeboot itself.
    ...EVERYWHERE.filter(({ name }) => name !== "version"),
  ],
  main: [
    "app",
    "version",
    "output",
    "lock",
    "requirements",
    "project",
    "source",
    "python",
    "entry",
  ],
  examples: [
    "edgeboot pack --app shop --version 2 --project . --lock uv.lock -o reg",
    "edgeboot pack --app hello --version 1 --source src --entry hello -o reg",
  ],
  fails: ["settings", "cache", "registry", "python"],
  records: { pack: async () => (await import("./record.ts")).PACKED },
  load: async () => (await import("./action.ts")).packCommand,
};
