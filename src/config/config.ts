import { EdgebootError } from "../model/errors.ts";
import { typedHere } from "../model/location.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import type { Environment, FileSystem } from "../host/ports.ts";
import type { Refresh } from "./kinds.ts";
import {
  type NamedSetting,
  type SettingName,
  SETTINGS,
  type SettingSpec,
  type ValueOf,
} from "./settings.ts";

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
  /** End in place of starting the last good release. */
  readonly strict: boolean;
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
  /** Every setting that is set, for `doctor`, `explain` and `-v`; secrets are masked. */
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
  readonly cwd: () => string;
}

/** A setting that is set: as it was typed and from where, and as it was parsed. */
export interface ReadSetting extends Setting {
  readonly parsed: unknown;
}

/**
 * Flags over environment over file over default. An empty variable counts as unset, as in a
 * container manifest that blanks an inherited one.
 * @throws EdgebootError USAGE (64) for a bad flag, CONFIG_INVALID (78) for any other bad value
 */
export function resolveConfig(sources: ConfigSources): Config {
  const found = new Map<SettingName, ReadSetting>();
  for (const spec of SETTINGS) {
    const setting = readSetting(spec, sources);
    if (setting !== undefined) found.set(spec.name, setting);
  }
  return configOf(found);
}

/**
 * Most settings are not set, and cost a start no more than the look.
 * @throws EdgebootError of {@link resolveConfig}
 */
export function readSetting(spec: SettingSpec, sources: ConfigSources): ReadSetting | undefined {
  const setting = lookUp(spec, sources);
  if (setting === undefined) return undefined;
  const parsed = spec.kind.parse(setting.value);
  if (parsed === undefined) throw invalid(spec, setting);
  return { ...setting, parsed };
}

/** The settings that are set, and the defaults of all others. */
export function configOf(found: ReadonlyMap<SettingName, ReadSetting>): Config {
  const value = <N extends SettingName>(name: N): ValueOf<N> => {
    const spec: SettingSpec = SETTINGS.find((each) => each.name === name)!;
    // The table says what each name is parsed into, and so does its type.
    return (found.get(name)?.parsed ?? spec.initial) as ValueOf<N>;
  };
  return {
    registry: found.get("registry"),
    cache: found.get("cache"),
    python: found.get("python"),
    entry: found.get("entry"),
    inheritPythonPath: value("inherit-pythonpath"),
    compileBytecode: value("compile-bytecode"),
    spawn: value("spawn"),
    offline: value("offline"),
    strict: value("strict"),
    refresh: value("refresh"),
    log: value("log"),
    logLevel: value("log-level"),
    timings: value("timings"),
    metrics: value("metrics"),
    token: value("token"),
    limits: {
      packed: value("max-packed-size"),
      unpacked: value("max-unpacked-size"),
      entries: value("max-entries"),
      ratio: value("max-ratio"),
    },
    lockTimeoutMs: value("lock-timeout"),
    cacheMaxBytes: value("cache-max-size"),
    cacheMaxAgeMs: value("cache-max-age"),
    trustedUids: value("trusted-uids"),
    get origins() {
      return shown(found);
    },
  };
}

function lookUp(
  spec: SettingSpec,
  { flags, env, file, fs, cwd }: ConfigSources,
): Setting | undefined {
  const flag = flags.get(spec.name);
  if (flag !== undefined) {
    const typed = flag === true ? "yes" : flag;
    return { value: spec.isPlace ? typedHere(typed, cwd) : typed, origin: `--${spec.name}` };
  }
  const variable = env.get(spec.env);
  if (variable) return { value: variable, origin: spec.env };
  const path = spec.secret ? env.get(`${spec.env}_FILE`) : undefined;
  if (path) return { value: readSecret(spec, path, fs), origin: `${spec.env}_FILE` };
  const stored = file?.values.get(spec.name);
  return stored === undefined ? undefined : { value: stored, origin: file!.path };
}

/** Far more than any token has. */
const MOST_SECRET_BYTES = 64 * 1024;

/** The file's first line: editors and `echo` end files with a newline. */
function readSecret(spec: SettingSpec, path: string, fs: Pick<FileSystem, "readText">): string {
  try {
    return fs.readText(path, MOST_SECRET_BYTES).split(/\r?\n/, 1)[0]!;
  } catch (cause) {
    throw new EdgebootError("CONFIG_INVALID", {
      what: `cannot read the secret named by ${spec.env}_FILE`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: `give the path of a readable file, or unset ${spec.env}_FILE`,
    }, { cause });
  }
}

function invalid(spec: SettingSpec, { value, origin }: Setting): EdgebootError {
  const typed = spec.secret ? "(secret)" : value;
  return new EdgebootError(origin.startsWith("--") ? "USAGE" : "CONFIG_INVALID", {
    what: `not a value for ${spec.name}: ${JSON.stringify(typed)}`,
    why: `${origin} must be ${spec.kind.expected}`,
    next: "correct it; `edgeboot help settings` lists all settings",
  });
}

/** As people may see them, `doctor` and `explain` among others. */
function shown(found: ReadonlyMap<SettingName, ReadSetting>): Map<SettingName, Setting> {
  const all = new Map<SettingName, Setting>();
  for (const spec of SETTINGS as readonly NamedSetting[]) {
    const setting = found.get(spec.name);
    if (setting === undefined) continue;
    const { value, origin } = setting;
    all.set(spec.name, {
      value: spec.secret ? "(secret)" : spec.show?.(value) ?? value,
      origin,
    });
  }
  return all;
}
