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
/** Of `cache gc`; the limits default to what a cold start would collect down to. */
export const COLLECTING: readonly FlagSpec[] = [
  {
    name: "max-size",
    placeholder: "SIZE",
    help: "gc: remove the least recently used until no more than this is left (500MB, 2GiB)",
  },
  {
    name: "max-age",
    placeholder: "DURATION",
    help: "gc: remove what was not used for this long (12h, 30d), kept releases included",
  },
  {
    name: "keep",
    placeholder: "N",
    help: "gc: releases of each app to keep (default 2); 0 keeps only what is pinned. Without a " +
      "limit, or with --keep, all that no kept release needs is removed",
  },
  {
    name: "unlocked-age",
    placeholder: "DURATION",
    help:
      "gc: where nobody can tell what runs (no locks on this file system, trees of an image), " +
      "take for unused what was not started for this long; without it all of that is kept",
  },
  {
    name: "quarantine-age",
    placeholder: "DURATION",
    help: "gc: remove what `verify` found damaged this long ago (0s: all); without it nothing is",
  },
  { name: "quarantine", help: "list: what `verify` has moved out of the way" },
  { name: "dry-run", help: "gc: say what would be removed, remove nothing" },
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
