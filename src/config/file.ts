import { EdgebootError } from "../model/errors.ts";
import { type Believer, describeStranger, strangerTo } from "../model/ownership.ts";
import type { Environment, FileStat, FileSystem, ReadText } from "../host/ports.ts";
import { SETTINGS, type SettingSpec } from "./settings.ts";
import { parseUids } from "./values.ts";

export const DEFAULT_CONFIG_PATH = "/etc/edgeboot/config.toml";

export interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
  /** Who else could have written it: to be said as a warning. */
  readonly doubt?: string;
}

/** More than that is no configuration, bytes. */
const MOST_BYTES = 1024 ** 2;

/**
 * Reads the TOML configuration file; its keys are the settings' names. The default path may be
 * absent, one that was named may not. The parser is only loaded where there is a file to parse.
 *
 * It says where code comes from, so root does not believe one that another user may have written; for others
 * that is a doubt, as they have less to lose and often do not choose who owns it.
 * @throws EdgebootError CONFIG_INVALID (78), PERMISSION_DENIED (77)
 */
export async function readConfigFile(
  named: string | undefined,
  fs: Pick<FileSystem, "stat" | "readOwned">,
  reader: Believer,
): Promise<ConfigFile | undefined> {
  const path = named ?? DEFAULT_CONFIG_PATH;
  if (named === undefined && fs.stat(path) === undefined) return undefined;
  const { text, stat } = read(path, fs);
  const doubt = doubtOf(path, stat, reader);
  const parsed = await parseToml(path, text);
  const values = new Map(Object.entries(parsed).map(([key, v]) => setting(path, key, v)));
  return { path, values, ...(doubt === undefined ? {} : { doubt }) };
}

/** Who reads the file, with whom they believe by what was said before it: command line and environment. */
export function readerOf(
  flags: ReadonlyMap<string, string | true>,
  env: Pick<Environment, "get">,
  uid: number,
): Believer {
  const { name, env: variable } = SETTINGS.find(({ name }) => name === "trusted-uids")!;
  const flag = flags.get(name);
  const text = typeof flag === "string" ? flag : env.get(variable) ?? "";
  return { uid, trusted: parseUids(text) ?? new Set() };
}

function read(path: string, fs: Pick<FileSystem, "readOwned">): ReadText {
  try {
    return fs.readOwned(path, MOST_BYTES);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function doubtOf(path: string, stat: FileStat, reader: Believer): string | undefined {
  const stranger = strangerTo(stat, reader);
  if (stranger === undefined) return undefined;
  const why = describeStranger(stranger, reader);
  if (reader.uid !== 0) return `the configuration file ${path} may not be yours: ${why}`;
  throw new EdgebootError("PERMISSION_DENIED", {
    what: `the configuration file ${path} is not used`,
    why: `${why}, and what it says is done as root`,
    next: `\`chown root ${path}; chmod go-w ${path}\`, or name its owner with --trusted-uids`,
  }, { facts: { config: path, uid: stat.uid } });
}

/** The parser's message repeats the line, and a token may stand in it: only the place is told. */
async function parseToml(path: string, text: string): Promise<Record<string, unknown>> {
  const { parse } = await import("@std/toml");
  try {
    return parse(text);
  } catch (error) {
    const [, line, column] = /^Parse error on line (\d+), column (\d+):/.exec(String(
      error instanceof Error ? error.message : error,
    )) ?? [];
    const place = line === undefined ? "" : ` at line ${line}, column ${column}`;
    throw invalid(path, `it is not TOML${place}; the line is not shown, as it may hold a secret`);
  }
}

function setting(path: string, key: string, value: unknown): [string, string] {
  const name = key.replaceAll("_", "-");
  const spec = SETTINGS.find((known) => known.name === name);
  if (spec === undefined) {
    const known = SETTINGS.map((known) => known.name).join(", ");
    throw invalid(path, `there is no setting ${JSON.stringify(key)}; there are ${known}`);
  }
  if (typeof value === "string" && value !== "") return [name, value];
  if (typeof value === "boolean") return [name, value ? "yes" : "no"];
  if ((spec as SettingSpec).kind.digits && typeof value === "number") return [name, String(value)];
  throw invalid(path, `${key} must be a string, true or false`);
}

function invalid(path: string, why: string, cause?: unknown): EdgebootError {
  return new EdgebootError("CONFIG_INVALID", {
    what: `cannot use the configuration file ${path}`,
    why,
    next: "correct or remove it, or name another with --config",
  }, { cause, facts: { config: path } });
}
