import { EdgebootError } from "../model/errors.ts";
import {
  type Config,
  configOf,
  type ConfigSources,
  type ReadSetting,
  readSetting,
} from "./config.ts";
import { CONTROL_VARIABLES, type SettingName, SETTINGS } from "./settings.ts";

/** All settings as far as they make sense, and what is wrong with the others. */
export interface Survey {
  readonly config: Config;
  readonly refusals: readonly EdgebootError[];
  /** Variables that look like settings and are none. */
  readonly unknownVariables: readonly string[];
}

/** Where `resolveConfig` ends at the first value that is wrong, this passes over it. */
export function surveyConfig(sources: ConfigSources, variables: readonly string[]): Survey {
  const refusals: EdgebootError[] = [];
  const sound = new Map<SettingName, ReadSetting>();
  for (const spec of SETTINGS) {
    try {
      const setting = readSetting(spec, sources);
      if (setting !== undefined) sound.set(spec.name, setting);
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
  return { config: configOf(sound), refusals, unknownVariables };
}
