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
 * table, and so do parsing, default, precedence and what is kept from the app. Its words for people are in
 * `setting_words.ts`: a start has no use for them.
 */
export interface SettingSpec<T = unknown> {
  /** flag `--name`, key `name` of the configuration file */
  readonly name: string;
  readonly env: string;
  readonly kind: Kind<T>;
  /** The default; absent where there is none. */
  readonly initial?: T;
  /** Secrets have no flag (`ps` would show it), but a `…_FILE` variable, and are never printed. */
  readonly secret?: true;
  /** On the command line, a relative path is one from where it is typed. */
  readonly isPlace?: true;
  /** How a value is shown to people where it may hold a secret. */
  readonly show?: (text: string) => string;
}

export const SETTINGS = [
  {
    name: "registry",
    env: "EDGEBOOT_REGISTRY",
    kind: TEXT,
    isPlace: true,
    show: displayTyped,
  },
  {
    name: "cache",
    env: "EDGEBOOT_CACHE",
    kind: TEXT,
  },
  {
    name: "python",
    env: "EDGEBOOT_PYTHON",
    kind: TEXT,
  },
  {
    name: "entry",
    env: "EDGEBOOT_ENTRY",
    kind: TEXT,
  },
  {
    name: "inherit-pythonpath",
    env: "EDGEBOOT_INHERIT_PYTHONPATH",
    kind: SWITCH,
    initial: false,
  },
  {
    name: "compile-bytecode",
    env: "EDGEBOOT_COMPILE_BYTECODE",
    kind: choice("auto", "always", "never"),
    initial: "auto",
  },
  {
    name: "spawn",
    env: "EDGEBOOT_SPAWN",
    kind: SWITCH,
    initial: false,
  },
  {
    name: "offline",
    env: "EDGEBOOT_OFFLINE",
    kind: SWITCH,
    initial: false,
  },
  {
    name: "strict",
    env: "EDGEBOOT_STRICT",
    kind: SWITCH,
    initial: false,
  },
  {
    name: "refresh",
    env: "EDGEBOOT_REFRESH",
    kind: REFRESH,
    initial: { kind: "always" } as Refresh,
  },
  {
    name: "log",
    env: "EDGEBOOT_LOG",
    kind: choice("text", "json"),
    initial: "text",
  },
  {
    name: "log-level",
    env: "EDGEBOOT_LOG_LEVEL",
    kind: choice("error", "warn", "info", "debug"),
    initial: "info",
  },
  {
    name: "timings",
    env: "EDGEBOOT_TIMINGS",
    kind: TEXT,
  },
  {
    name: "metrics",
    env: "EDGEBOOT_METRICS",
    kind: TEXT,
  },
  {
    name: "token",
    env: "EDGEBOOT_TOKEN",
    kind: TOKEN,
    secret: true,
  },
  {
    name: "max-packed-size",
    env: "EDGEBOOT_MAX_PACKED_SIZE",
    kind: SIZE,
  },
  {
    name: "max-unpacked-size",
    env: "EDGEBOOT_MAX_UNPACKED_SIZE",
    kind: SIZE,
  },
  {
    name: "max-entries",
    env: "EDGEBOOT_MAX_ENTRIES",
    kind: COUNT,
  },
  {
    name: "max-ratio",
    env: "EDGEBOOT_MAX_RATIO",
    kind: COUNT,
  },
  {
    name: "lock-timeout",
    env: "EDGEBOOT_LOCK_TIMEOUT",
    kind: AGE,
    initial: 10 * 60_000,
  },
  {
    name: "cache-max-size",
    env: "EDGEBOOT_CACHE_MAX_SIZE",
    kind: SIZE,
  },
  {
    name: "cache-max-age",
    env: "EDGEBOOT_CACHE_MAX_AGE",
    kind: AGE,
  },
  {
    name: "trusted-uids",
    env: "EDGEBOOT_TRUSTED_UIDS",
    kind: UIDS,
    initial: new Set() as TrustedUids,
  },
] as const satisfies readonly SettingSpec[];

export type SettingName = typeof SETTINGS[number]["name"];

/** One of the table, with what only some of them have. */
export type NamedSetting = SettingSpec & { readonly name: SettingName };

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
