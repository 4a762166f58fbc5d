import type { SettingName } from "./settings.ts";

/** What people read about a setting, in help texts, the man page and the README. */
export interface SettingWords {
  /** The default in words; absent where there is none. */
  readonly fallback?: string;
  readonly placeholder?: string;
  readonly help: string;
}

export const SETTING_WORDS: Readonly<Record<SettingName, SettingWords>> = {
  registry: {
    placeholder: "URL",
    help: "where app IDs resolve: https://…, http://…, file:///… or a path",
  },
  cache: {
    placeholder: "DIR",
    fallback: "$CACHE_DIRECTORY, $XDG_CACHE_HOME/edgeboot, ~/.cache/edgeboot or " +
      "/var/cache/edgeboot, the first that can be used",
    help: "directory of the cache",
  },
  python: {
    placeholder: "PATH",
    fallback: "the first on PATH that fits",
    help: "the interpreter: a path, or a name to look up on PATH",
  },
  entry: {
    placeholder: "E",
    fallback: '"default" of the release',
    help: "an entry point of the release, or module, pkg.mod:callable, path/to/script.py, " +
      "console:NAME",
  },
  "inherit-pythonpath": {
    fallback: "no",
    help: "keep an inherited PYTHONPATH, after the layers",
  },
  "compile-bytecode": {
    fallback: "auto",
    help: "when layers without bytecode get it as they are unpacked; auto: dependencies, in " +
      "`edgeboot fetch`, not while an app waits for its start",
  },
  spawn: {
    fallback: "no",
    help: "start Python as a child and stay its parent; signals and the exit code are passed on",
  },
  offline: {
    fallback: "no",
    help: "contact nothing; start what is in the cache",
  },
  strict: {
    fallback: "no",
    help: "end where the registry does not say what to start, or something unusable, in place of " +
      "starting what last started here",
  },
  refresh: {
    placeholder: "always|never|DURATION",
    fallback: "always",
    help: "when to ask the registry again what a channel or version stands for (30s, 10m, 2h, 1d)",
  },
  log: {
    fallback: "text",
    help: "form of what is written to stderr",
  },
  "log-level": {
    fallback: "info",
    help: "least severity that is written; -v is debug",
  },
  timings: {
    placeholder: "FILE",
    help: "append one JSON line about each start: what it was and how long each step took",
  },
  metrics: {
    placeholder: "FILE",
    help:
      "keep counters of all starts in FILE, for Prometheus (node_exporter's textfile collector)",
  },
  token: {
    help: "bearer token for the registry's own host",
  },
  "max-packed-size": {
    placeholder: "SIZE",
    fallback: "16GiB",
    help: "largest layer that is downloaded where the release states no size",
  },
  "max-unpacked-size": {
    placeholder: "SIZE",
    fallback: "32GiB",
    help: "most that a layer may unpack to where the release states nothing",
  },
  "max-entries": {
    placeholder: "N",
    fallback: "100000",
    help: "most files, directories and links in a layer",
  },
  "max-ratio": {
    placeholder: "N",
    fallback: "200",
    help: "most unpacked bytes for a packed one, above 1 MiB, where the release states nothing",
  },
  "lock-timeout": {
    placeholder: "DURATION",
    fallback: "10m",
    help: "how long to wait for another edgeboot that fetches the same layer",
  },
  "cache-max-size": {
    placeholder: "SIZE",
    help: "after a cold start, collect down to this size; never what runs or is kept",
  },
  "cache-max-age": {
    placeholder: "DURATION",
    help: "after a cold start, collect what was not used for this long",
  },
  "trusted-uids": {
    placeholder: "UID,…",
    fallback: "root and this user",
    help: "other users whose cache, or trees in it, may be started; numbers, or any",
  },
};
