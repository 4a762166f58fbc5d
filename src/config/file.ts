import { EdgebootError } from "../model/errors.ts";
import type { FileSystem } from "../host/ports.ts";
import { SETTINGS, type SettingSpec } from "./settings.ts";

export const DEFAULT_CONFIG_PATH = "/etc/edgeboot/config.toml";

export interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Reads the TOML configuration file; its keys are the settings' names. The default path may be
 * absent, one that was named may not. The parser is only loaded where there is a file to parse.
 * @throws EdgebootError CONFIG_INVALID (78)
 */
export async function readConfigFile(
  named: string | undefined,
  fs: Pick<FileSystem, "stat" | "readText">,
): Promise<ConfigFile | undefined> {
  const path = named ?? DEFAULT_CONFIG_PATH;
  if (named === undefined && fs.stat(path) === undefined) return undefined;
  const parsed = await parseToml(path, readConfig(path, fs));
  return { path, values: new Map(Object.entries(parsed).map(([key, v]) => setting(path, key, v))) };
}

function readConfig(path: string, fs: Pick<FileSystem, "readText">): string {
  try {
    return fs.readText(path);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
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
