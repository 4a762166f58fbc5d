import type { Config } from "../config/config.ts";
import { parseLocation } from "../model/location.ts";
import type { FlagSpec, ParsedFlags } from "./flags.ts";
import { settingFlags } from "./shared_flags.ts";

/** Of commands that write a registry: which one has to be said, as the one that apps start from is not meant. */
export const TO: FlagSpec = {
  name: "to",
  placeholder: "REGISTRY",
  help: "the registry to write: a directory, or a server that takes PUT",
};
export const WRITING: readonly FlagSpec[] = settingFlags("lock-timeout");

/**
 * The settings, with the registry of `--to` in place of the one that apps start from; the token goes to it. A
 * relative path is one from the working directory.
 * @throws EdgebootError CONFIG_INVALID, REGISTRY_UNSUPPORTED (78)
 */
export function writingTo(
  { values }: Pick<ParsedFlags, "values">,
  config: Config,
  cwd: string,
): Config {
  const stated = String(values.get("to"));
  const { location } = parseLocation(stated, "registry (--to)", cwd);
  const value = location.startsWith("file:") ? location : stated;
  return { ...config, registry: { value, origin: "--to" } };
}
