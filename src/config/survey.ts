import { EdgebootError } from "../model/errors.ts";
import { type Config, type ConfigSources, resolveConfig } from "./config.ts";
import { CONTROL_VARIABLES, type SettingName, SETTINGS } from "./settings.ts";

/** All settings as far as they make sense, and what is wrong with the others. */
export interface Survey {
  readonly config: Config;
  readonly refusals: readonly EdgebootError[];
  /** Variables that look like settings and are none. */
  readonly unknownVariables: readonly string[];
}

/** Where {@link resolveConfig} ends at the first value that is wrong, this passes over it. */
export function surveyConfig(sources: ConfigSources, variables: readonly string[]): Survey {
  const refusals: EdgebootError[] = [];
  const sound = new Set<SettingName>();
  for (const { name } of SETTINGS) {
    try {
      resolveConfig(only(new Set([name]), sources));
      sound.add(name);
    } catch (error) {
      if (!(error instanceof EdgebootError)) throw error;
      refusals.push(error);
    }
  }
  // What edgeboot itself tells the app it starts; an app may well start edgeboot again.
  const unknownVariables = variables.filter((name) =>
    name.startsWith("EDGEBOOT_") && !name.startsWith("EDGEBOOT_CURRENT_") &&
    !CONTROL_VARIABLES.includes(name)
  );
  return { config: resolveConfig(only(sound, sources)), refusals, unknownVariables };
}

function only(
  names: ReadonlySet<string>,
  { flags, env, file, fs }: ConfigSources,
): ConfigSources {
  const variables = new Set(
    SETTINGS.filter(({ name }) => names.has(name)).flatMap(({ env }) => [env, `${env}_FILE`]),
  );
  return {
    flags: new Map([...flags].filter(([name]) => names.has(name))),
    env: { get: (name) => variables.has(name) ? env.get(name) : undefined },
    file: file && {
      path: file.path,
      values: new Map([...file.values].filter(([name]) => names.has(name))),
    },
    fs,
  };
}
