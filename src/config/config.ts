import { EdgebootError } from "../model/errors.ts";
import { displayTyped } from "../model/location.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import type { Environment, FileSystem } from "../host/ports.ts";
import {
  parseCount,
  parseDuration,
  parseRefresh,
  parseSize,
  parseSwitch,
  parseUids,
  type Refresh,
} from "./values.ts";
import { type SettingName, SETTINGS, type SettingSpec } from "./settings.ts";

/** Where a value came from, in words: `--cache`, `EDGEBOOT_CACHE`, `/etc/edgeboot/config.toml`. */
export type Origin = string;

export interface Setting {
  readonly value: string;
  readonly origin: Origin;
}

export interface Config {
  readonly registry: Setting | undefined;
  readonly cache: Setting | undefined;
  readonly python: Setting | undefined;
  readonly entry: Setting | undefined;
  readonly inheritPythonPath: boolean;
  readonly compileBytecode: "auto" | "always" | "never";
  /** Start Python as a child in place of exec. */
  readonly spawn: boolean;
  readonly offline: boolean;
  readonly refresh: Refresh;
  readonly log: "text" | "json";
  readonly logLevel: LogLevel;
  /** Files that are told of each start; undefined: none. */
  readonly timings: string | undefined;
  readonly metrics: string | undefined;
  readonly token: string | undefined;
  /** Where a release states no limits of its own; undefined: the default. */
  readonly limits: Limits;
  readonly lockTimeoutMs: number;
  /** What a cold start collects down to, bytes; undefined: it collects nothing. */
  readonly cacheMaxBytes: number | undefined;
  /** What a cold start collects when it was not used for this long; undefined: nothing. */
  readonly cacheMaxAgeMs: number | undefined;
  readonly trustedUids: TrustedUids;
  /** Every setting that has a value, for `doctor` and `-v`; secrets are masked. */
  readonly origins: ReadonlyMap<SettingName, Setting>;
}

export interface Limits {
  /** bytes */
  readonly packed: number | undefined;
  /** bytes */
  readonly unpacked: number | undefined;
  readonly entries: number | undefined;
  readonly ratio: number | undefined;
}

export type LogLevel = "error" | "warn" | "info" | "debug";

export interface ConfigSources {
  /** From the command line; `true` for a switch. */
  readonly flags: ReadonlyMap<string, string | true>;
  readonly env: Pick<Environment, "get">;
  /** The configuration file, already parsed, and its path. */
  readonly file:
    | { readonly path: string; readonly values: ReadonlyMap<string, string> }
    | undefined;
  readonly fs: Pick<FileSystem, "readText">;
}

/**
 * Flags over environment over file over default. An empty variable counts as unset, as in a
 * container manifest that blanks an inherited one.
 * @throws EdgebootError USAGE (64) for a bad flag, CONFIG_INVALID (78) for any other bad value
 */
export function resolveConfig(sources: ConfigSources): Config {
  const found = new Map<SettingName, Setting>();
  for (const spec of SETTINGS) {
    const setting = lookUp(spec, sources);
    if (setting !== undefined) found.set(spec.name, check(spec, setting));
  }
  const value = (name: SettingName) => found.get(name)?.value;
  // Most settings are not set, and each pattern costs a start its compilation.
  const parsed = <T>(name: SettingName, parse: (text: string) => T | undefined) => {
    const text = value(name);
    return text === undefined ? undefined : parse(text);
  };
  return {
    registry: found.get("registry"),
    cache: found.get("cache"),
    python: found.get("python"),
    entry: found.get("entry"),
    inheritPythonPath: parsed("inherit-pythonpath", parseSwitch) ?? false,
    compileBytecode: (value("compile-bytecode") ?? "auto") as Config["compileBytecode"],
    spawn: parsed("spawn", parseSwitch) ?? false,
    offline: parsed("offline", parseSwitch) ?? false,
    refresh: parsed("refresh", parseRefresh) ?? { kind: "always" },
    log: value("log") === "json" ? "json" : "text",
    logLevel: (value("log-level") ?? "info") as LogLevel,
    timings: value("timings"),
    metrics: value("metrics"),
    token: value("token"),
    limits: {
      packed: parsed("max-packed-size", parseSize),
      unpacked: parsed("max-unpacked-size", parseSize),
      entries: parsed("max-entries", parseCount),
      ratio: parsed("max-ratio", parseCount),
    },
    lockTimeoutMs: parsed("lock-timeout", parseDuration) ?? DEFAULT_LOCK_TIMEOUT_MS,
    cacheMaxBytes: parsed("cache-max-size", parseSize),
    cacheMaxAgeMs: parsed("cache-max-age", parseDuration),
    trustedUids: parsed("trusted-uids", parseUids) ?? new Set(),
    get origins() {
      return masked(found);
    },
  };
}

const DEFAULT_LOCK_TIMEOUT_MS = 10 * 60_000;

function lookUp(spec: SettingSpec, { flags, env, file, fs }: ConfigSources): Setting | undefined {
  const flag = flags.get(spec.name);
  if (flag !== undefined) {
    return { value: flag === true ? "yes" : flag, origin: `--${spec.name}` };
  }
  const variable = env.get(spec.env);
  if (variable) return { value: variable, origin: spec.env };
  const path = spec.secret ? env.get(`${spec.env}_FILE`) : undefined;
  if (path) return { value: readSecret(spec, path, fs), origin: `${spec.env}_FILE` };
  const stored = file?.values.get(spec.name);
  return stored === undefined ? undefined : { value: stored, origin: file!.path };
}

/** The file's first line: editors and `echo` end files with a newline. */
function readSecret(spec: SettingSpec, path: string, fs: Pick<FileSystem, "readText">): string {
  try {
    return fs.readText(path).split(/\r?\n/, 1)[0]!;
  } catch (cause) {
    throw new EdgebootError("CONFIG_INVALID", {
      what: `cannot read the secret named by ${spec.env}_FILE`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: `give the path of a readable file, or unset ${spec.env}_FILE`,
    }, { cause });
  }
}

function check(spec: SettingSpec, setting: Setting): Setting {
  const { value } = setting;
  // RFC 6750, 2.1: no token has other characters, and fetch would refuse the header again and again.
  if (spec.secret && !/^[\x21-\x7e]+$/.test(value)) {
    throw invalid(spec, { ...setting, value: "(secret)" }, "one word of printable ASCII");
  }
  const expected = EXPECTED[spec.kind](value, spec);
  if (expected !== undefined) throw invalid(spec, setting, expected);
  return setting;
}

const whether = (fits: boolean, expected: string) => fits ? undefined : expected;

/** By kind: undefined where the value is one of it, else what it should have been. */
const EXPECTED: Readonly<
  Record<SettingSpec["kind"], (value: string, spec: SettingSpec) => string | undefined>
> = {
  text: () => undefined,
  switch: (value) => whether(parseSwitch(value) !== undefined, "yes or no"),
  choice: (value, { choices }) => whether(choices!.includes(value), choices!.join(" or ")),
  duration: (value) =>
    whether(
      parseRefresh(value) !== undefined,
      "always, never or a duration such as 30s, 10m, 2h, 1d",
    ),
  size: (value) => whether(parseSize(value) !== undefined, "a size such as 500MB or 2GiB"),
  count: (value) => whether(parseCount(value) !== undefined, "a whole number from 1"),
  age: (value) =>
    whether(parseDuration(value) !== undefined, "a duration such as 30s, 10m, 2h, 1d"),
  uids: (value) => whether(parseUids(value) !== undefined, "user IDs such as 1000,1001, or any"),
};

function invalid(spec: SettingSpec, { value, origin }: Setting, expected: string): EdgebootError {
  return new EdgebootError(origin.startsWith("--") ? "USAGE" : "CONFIG_INVALID", {
    what: `not a value for ${spec.name}: ${JSON.stringify(value)}`,
    why: `${origin} must be ${expected}`,
    next: "correct it; `edgeboot help settings` lists all settings",
  });
}

function masked(found: ReadonlyMap<SettingName, Setting>): Map<SettingName, Setting> {
  const shown = new Map(found);
  for (const spec of SETTINGS as readonly SettingSpec[]) {
    const setting = found.get(spec.name as SettingName);
    if (setting === undefined) continue;
    const { value: typed } = setting;
    const value = spec.secret ? "(secret)" : spec.name === "registry" ? displayTyped(typed) : typed;
    shown.set(spec.name as SettingName, { ...setting, value });
  }
  return shown;
}
