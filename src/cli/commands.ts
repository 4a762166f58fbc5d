import { INIT_FLAGS } from "./init_flags.ts";
import {
  ACCOUNTING,
  BUNDLE,
  DRY_RUN,
  EVERYWHERE,
  FETCHING,
  JSON_OUTPUT,
  LOOKING,
  settingFlags,
  SHA256,
  STARTING,
} from "./shared_flags.ts";
import { COLLECTING } from "./collecting_flags.ts";
import { type CommandSpec, EXEC, RUN } from "./start_commands.ts";

export type { CommandSpec };

export const COMMANDS = [
  RUN,
  EXEC,
  {
    name: "fetch",
    synopsis: [
      "edgeboot fetch [OPTIONS] APP[@REF]…",
      "edgeboot fetch [OPTIONS] --bundle URL --sha256 HEX",
    ],
    summary: "warm the cache, start nothing",
    flags: [
      BUNDLE,
      SHA256,
      DRY_RUN[0]!,
      JSON_OUTPUT,
      ...LOOKING,
      ...FETCHING,
      ...ACCOUNTING,
      ...EVERYWHERE,
    ],
    stopAtFirst: false,
  },
  {
    name: "explain",
    synopsis: [
      "edgeboot explain [OPTIONS] APP[@REF] [ARGS…]",
      "edgeboot explain [OPTIONS] --bundle URL --sha256 HEX [--entry E] [-- ARGS…]",
    ],
    summary: "say step by step what `run` would do; does and writes nothing",
    flags: [
      BUNDLE,
      SHA256,
      JSON_OUTPUT,
      ...settingFlags("entry"),
      ...STARTING,
      ...LOOKING,
      ...FETCHING,
      ...EVERYWHERE,
    ],
    stopAtFirst: true,
  },
  {
    name: "inspect",
    synopsis: ["edgeboot inspect [OPTIONS] APP[@REF] | FILE"],
    summary: "show a release: chosen variant and why, layers, entry points, PYTHONPATH",
    flags: [JSON_OUTPUT, ...LOOKING, ...EVERYWHERE],
    stopAtFirst: false,
  },
  {
    name: "doctor",
    synopsis: ["edgeboot doctor [OPTIONS] [APP[@REF]]"],
    summary: "check this machine, and whether an app would start on it",
    flags: [
      { name: "fetch", help: "fetch the app first, so that its files can be looked at" },
      JSON_OUTPUT,
      ...LOOKING,
      ...STARTING,
      ...FETCHING,
      ...EVERYWHERE,
    ],
    stopAtFirst: false,
  },
  {
    name: "verify",
    synopsis: ["edgeboot verify [OPTIONS] [APP[@REF] | --all]"],
    summary: "compare what is in the cache with what was verified when it was unpacked",
    flags: [
      { name: "all", help: "everything in the cache; also without APP" },
      { name: "force", help: "move a damaged tree away also while an app runs from it" },
      JSON_OUTPUT,
      ...settingFlags("registry", "cache"),
      ...EVERYWHERE,
    ],
    stopAtFirst: false,
  },
  {
    name: "cache",
    synopsis: [
      "edgeboot cache list [--quarantine] [OPTIONS]",
      "edgeboot cache gc [--max-size SIZE] [--max-age DURATION] [--keep N] [--dry-run] [OPTIONS]",
      "edgeboot cache path [OPTIONS] [DIGEST]",
    ],
    summary: "list what is cached, by whom it is used; collect; print where the cache or a tree is",
    flags: [...COLLECTING, JSON_OUTPUT, ...settingFlags("cache"), ...EVERYWHERE],
    stopAtFirst: false,
  },
  {
    name: "history",
    synopsis: ["edgeboot history [OPTIONS] APP[@REF]"],
    summary: "list the releases that a channel has stood for on this machine",
    flags: [JSON_OUTPUT, ...settingFlags("registry", "cache", "python"), ...EVERYWHERE],
    stopAtFirst: false,
  },
  {
    name: "pin",
    synopsis: [
      "edgeboot pin [OPTIONS] APP[@REF] [sha256:HEX | VERSION]",
      "edgeboot pin [OPTIONS] --remove APP[@REF]",
    ],
    summary: "start one release, whatever the registry says; without a release the current one",
    flags: [
      { name: "remove", help: "follow the registry again" },
      JSON_OUTPUT,
      ...settingFlags("registry", "cache", "python"),
      ...EVERYWHERE,
    ],
    stopAtFirst: false,
  },
  {
    name: "rollback",
    synopsis: ["edgeboot rollback [OPTIONS] APP[@REF]"],
    summary: "go back to the release before, at once and without network",
    flags: [JSON_OUTPUT, ...settingFlags("registry", "cache", "python"), ...EVERYWHERE],
    stopAtFirst: false,
  },
  {
    name: "init",
    synopsis: [
      "edgeboot init docker [OPTIONS] [APP[@REF]]",
      "edgeboot init kubernetes [OPTIONS] APP[@REF]",
      "edgeboot init systemd [OPTIONS] APP[@REF] | --template",
    ],
    summary: "print a file to start from: a Dockerfile, Kubernetes manifests, systemd units",
    flags: [...INIT_FLAGS, ...settingFlags("registry"), ...EVERYWHERE],
    stopAtFirst: false,
  },
  {
    name: "schema",
    synopsis: ["edgeboot schema [release | log | timings]"],
    summary: "print the JSON Schema of a release, of JSON log lines, or of --timings",
    flags: EVERYWHERE,
    stopAtFirst: false,
  },
  {
    name: "completions",
    synopsis: [
      "edgeboot completions bash | zsh | fish",
      "edgeboot completions candidates [--] [WORD…]",
    ],
    summary: "print the completions for a shell, or what these ask for as one types",
    flags: EVERYWHERE,
    stopAtFirst: false,
  },
  {
    name: "man",
    synopsis: ["edgeboot man"],
    summary: "print the man page, edgeboot(1)",
    flags: EVERYWHERE,
    stopAtFirst: false,
  },
  {
    name: "version",
    synopsis: ["edgeboot version"],
    summary: "print version, commit, Deno version and target",
    flags: [JSON_OUTPUT, ...EVERYWHERE],
    stopAtFirst: false,
  },
  {
    name: "help",
    synopsis: ["edgeboot help [TOPIC]"],
    summary: "print help; topics work without network",
    flags: EVERYWHERE,
    stopAtFirst: false,
  },
] as const satisfies readonly CommandSpec[];

export type CommandName = typeof COMMANDS[number]["name"];
