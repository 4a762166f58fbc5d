import { type SettingName, SETTINGS, type SettingSpec } from "../config/settings.ts";
import type { FlagSpec } from "./flags.ts";

const VERBOSE: FlagSpec = { name: "verbose", short: "v", help: "say more; -vv says all" };
const HELP: FlagSpec = { name: "help", short: "h", help: "print help for the command" };
const CONFIG: FlagSpec = {
  name: "config",
  placeholder: "FILE",
  help: "configuration file (default /etc/edgeboot/config.toml)",
};
export const JSON_OUTPUT: FlagSpec = { name: "json", help: "print JSON" };
export const BUNDLE: FlagSpec = {
  name: "bundle",
  placeholder: "URL",
  help: "direct mode: one archive, a URL or a path, instead of an app of a registry",
};
export const SHA256: FlagSpec = {
  name: "sha256",
  placeholder: "HEX",
  help: "SHA-256 of the bundle; required with --bundle",
};

export const EVERYWHERE: readonly FlagSpec[] = [
  CONFIG,
  ...settingFlags("log", "log-level"),
  VERBOSE,
  HELP,
];
export const LOOKING = [
  ...settingFlags("registry", "cache", "python", "offline", "refresh", "trusted-uids"),
  ...settingFlags("lock-timeout", "cache-max-size", "cache-max-age", "compile-bytecode"),
];
export const FETCHING = settingFlags(
  "max-packed-size",
  "max-unpacked-size",
  "max-entries",
  "max-ratio",
);
export const STARTING = settingFlags("inherit-pythonpath", "spawn");
export const ACCOUNTING = settingFlags("timings", "metrics");
/** Of commands that do something: say what it would be. */
export const DRY_RUN: readonly FlagSpec[] = [
  { name: "dry-run", help: "say step by step what would be done; do and write nothing" },
  { name: "json", help: "with --dry-run: print JSON" },
];
/** Flags that stand for settings, with the words of their table. */
export function settingFlags(...names: SettingName[]): FlagSpec[] {
  return names.map((name) => {
    const spec: SettingSpec = SETTINGS.find((setting) => setting.name === name)!;
    const placeholder = spec.placeholder ?? spec.choices?.join("|");
    const help = spec.fallback === undefined
      ? spec.help
      : `${spec.help} (default: ${spec.fallback})`;
    return { name, help, ...(placeholder === undefined ? {} : { placeholder }) };
  });
}
