import { displayTyped } from "../model/location.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import {
  AGE,
  choice,
  COUNT,
  type Kind,
  REFRESH,
  type Refresh,
  SIZE,
  SWITCH,
  TEXT,
  TOKEN,
  UIDS,
} from "./kinds.ts";

/**
 * Every setting, once: its flag, variable and key in the configuration file all follow from this
 * table, and so do parsing, default, help texts, precedence and what is kept from the app.
 */
export interface SettingSpec<T = unknown> {
  /** flag `--name`, key `name` of the configuration file */
  readonly name: string;
  readonly env: string;
  readonly kind: Kind<T>;
  /** The default; absent where there is none. */
  readonly initial?: T;
  /** The default in words, for people. */
  readonly fallback?: string;
  /** Secrets have no flag (`ps` would show it), but a `…_FILE` variable, and are never printed. */
  readonly secret?: true;
  /** How a value is shown to people where it may hold a secret. */
  readonly show?: (text: string) => string;
  readonly placeholder?: string;
  readonly help: string;
}

export const SETTINGS = [
  {
    name: "registry",
    env: "EDGEBOOT_REGISTRY",
    kind: TEXT,
    show: displayTyped,
    placeholder: "URL",
    help: "where app IDs resolve: https://…, http://…, file:///… or an absolute path",
  },
  {
    name: "cache",
    env: "EDGEBOOT_CACHE",
    kind: TEXT,
    placeholder: "DIR",
    fallback: "$CACHE_DIRECTORY, $XDG_CACHE_HOME/edgeboot, ~/.cache/edgeboot or " +
      "/var/cache/edgeboot, the first that can be used",
    help: "directory of the cache",
  },
  {
    name: "python",
    env: "EDGEBOOT_PYTHON",
    kind: TEXT,
    placeholder: "PATH",
    fallback: "the first on PATH that fits",
    help: "the interpreter: a path, or a name to look up on PATH",
  },
  {
    name: "entry",
    env: "EDGEBOOT_ENTRY",
    kind: TEXT,
    placeholder: "E",
    fallback: '"default" of the release',
    help: "an entry point of the release, or module, pkg.mod:callable, path/to/script.py, " +
      "console:NAME",
  },
  {
    name: "inherit-pythonpath",
    env: "EDGEBOOT_INHERIT_PYTHONPATH",
    kind: SWITCH,
    initial: false,
    fallback: "no",
    help: "keep an inherited PYTHONPATH, after the layers",
  },
  {
    name: "compile-bytecode",
    env: "EDGEBOOT_COMPILE_BYTECODE",
    kind: choice("auto", "always", "never"),
    initial: "auto",
    fallback: "auto",
    help: "when layers without bytecode get it as they are unpacked; auto: dependencies, in " +
      "`edgeboot fetch`, not while an app waits for its start",
  },
  {
    name: "spawn",
    env: "EDGEBOOT_SPAWN",
    kind: SWITCH,
    initial: false,
    fallback: "no",
    help: "start Python as a child and stay its parent; signals and the exit code are passed on",
  },
  {
    name: "offline",
    env: "EDGEBOOT_OFFLINE",
    kind: SWITCH,
    initial: false,
    fallback: "no",
    help: "contact nothing; start what is in the cache",
  },
  {
    name: "strict",
    env: "EDGEBOOT_STRICT",
    kind: SWITCH,
    initial: false,
    fallback: "no",
    help: "end where the registry does not say what to start, or something unusable, in place of " +
      "starting what last started here",
  },
  {
    name: "refresh",
    env: "EDGEBOOT_REFRESH",
    kind: REFRESH,
    initial: { kind: "always" } as Refresh,
    placeholder: "always|never|DURATION",
    fallback: "always",
    help: "when to ask the registry again what a channel or version stands for (30s, 10m, 2h, 1d)",
  },
  {
    name: "log",
    env: "EDGEBOOT_LOG",
    kind: choice("text", "json"),
    initial: "text",
    fallback: "text",
    help: "form of what is written to stderr",
  },
  {
    name: "log-level",
    env: "EDGEBOOT_LOG_LEVEL",
    kind: choice("error", "warn", "info", "debug"),
    initial: "info",
    fallback: "info",
    help: "least severity that is written; -v is debug",
  },
  {
    name: "timings",
    env: "EDGEBOOT_TIMINGS",
    kind: TEXT,
    placeholder: "FILE",
    help: "append one JSON line about each start: what it was and how long each step took",
  },
  {
    name: "metrics",
    env: "EDGEBOOT_METRICS",
    kind: TEXT,
    placeholder: "FILE",
    help:
      "keep counters of all starts in FILE, for Prometheus (node_exporter's textfile collector)",
  },
  {
    name: "token",
    env: "EDGEBOOT_TOKEN",
    kind: TOKEN,
    secret: true,
    help: "bearer token for the registry's own host",
  },
  {
    name: "max-packed-size",
    env: "EDGEBOOT_MAX_PACKED_SIZE",
    kind: SIZE,
    placeholder: "SIZE",
    fallback: "16GiB",
    help: "largest layer that is downloaded where the release states no size",
  },
  {
    name: "max-unpacked-size",
    env: "EDGEBOOT_MAX_UNPACKED_SIZE",
    kind: SIZE,
    placeholder: "SIZE",
    fallback: "32GiB",
    help: "most that a layer may unpack to where the release states nothing",
  },
  {
    name: "max-entries",
    env: "EDGEBOOT_MAX_ENTRIES",
    kind: COUNT,
    placeholder: "N",
    fallback: "100000",
    help: "most files, directories and links in a layer",
  },
  {
    name: "max-ratio",
    env: "EDGEBOOT_MAX_RATIO",
    kind: COUNT,
    placeholder: "N",
    fallback: "200",
    help: "most unpacked bytes for a packed one, above 1 MiB, where the release states nothing",
  },
  {
    name: "lock-timeout",
    env: "EDGEBOOT_LOCK_TIMEOUT",
    kind: AGE,
    initial: 10 * 60_000,
    placeholder: "DURATION",
    fallback: "10m",
    help: "how long to wait for another edgeboot that fetches the same layer",
  },
  {
    name: "cache-max-size",
    env: "EDGEBOOT_CACHE_MAX_SIZE",
    kind: SIZE,
    placeholder: "SIZE",
    help: "after a cold start, collect down to this size; never what runs or is kept",
  },
  {
    name: "cache-max-age",
    env: "EDGEBOOT_CACHE_MAX_AGE",
    kind: AGE,
    placeholder: "DURATION",
    help: "after a cold start, collect what was not used for this long",
  },
  {
    name: "trusted-uids",
    env: "EDGEBOOT_TRUSTED_UIDS",
    kind: UIDS,
    initial: new Set() as TrustedUids,
    placeholder: "UID,…",
    fallback: "root and this user",
    help: "other users whose cache, or trees in it, may be started; numbers, or any",
  },
] as const satisfies readonly SettingSpec[];

export type SettingName = typeof SETTINGS[number]["name"];

type SpecOf<N extends SettingName> = Extract<typeof SETTINGS[number], { readonly name: N }>;

/** What a setting is parsed into; undefined where it is not set and has no default. */
export type ValueOf<N extends SettingName> = SpecOf<N> extends
  { readonly kind: Kind<infer T>; readonly initial: unknown } ? T
  : SpecOf<N>["kind"] extends Kind<infer T> ? T | undefined
  : never;

/** Variables that steer edgeboot without being settings of the configuration file. */
export const APP_VARIABLE = "EDGEBOOT_APP";
export const CONFIG_VARIABLE = "EDGEBOOT_CONFIG";

/** All that the app must not inherit: settings, secrets and where they were read from. */
export const CONTROL_VARIABLES: readonly string[] = [
  APP_VARIABLE,
  CONFIG_VARIABLE,
  ...SETTINGS.flatMap((spec: SettingSpec) =>
    spec.secret ? [spec.env, `${spec.env}_FILE`] : [spec.env]
  ),
];
