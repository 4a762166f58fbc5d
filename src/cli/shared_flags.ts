import { SETTING_WORDS } from "../config/setting_words.ts";
import { type NamedSetting, type SettingName, SETTINGS } from "../config/settings.ts";
import { findFlag, type FlagSpec } from "./flags.ts";

const CONFIG: FlagSpec = {
  name: "config",
  placeholder: "FILE",
  help: "configuration file (default /etc/edgeboot/config.toml)",
};
export const JSON_OUTPUT: FlagSpec = { name: "json", help: "print JSON" };
export const BUNDLE: readonly FlagSpec[] = [
  {
    name: "bundle",
    placeholder: "URL",
    needs: "sha256",
    help: "direct mode: one archive, a URL or a path, instead of an app of a registry",
  },
  {
    name: "sha256",
    placeholder: "HEX",
    needs: "bundle",
    help: "SHA-256 of the bundle: nothing is started unverified",
  },
  {
    name: "python-path",
    placeholder: "PATH",
    needs: "bundle",
    joinedBy: ":",
    help: "import root in the bundle; may be given again (default: found there)",
  },
];

/** Of every command. */
export const EVERYWHERE: readonly FlagSpec[] = [
  CONFIG,
  ...settingFlags("log", "log-level"),
  { name: "verbose", short: "v", help: "say more; -vv says all" },
  { name: "help", short: "h", help: "print help for the command; -h prints the short form" },
  { name: "version", short: "V", help: "print version, commit, Deno version and target" },
];
export const LOOKING: readonly FlagSpec[] = [
  ...settingFlags("registry", "cache", "python", "offline", "strict", "refresh", "trusted-uids"),
  ...settingFlags("lock-timeout", "cache-max-size", "cache-max-age", "compile-bytecode"),
];
export const FETCHING: readonly FlagSpec[] = settingFlags(
  "max-packed-size",
  "max-unpacked-size",
  "max-entries",
  "max-ratio",
);
export const STARTING: readonly FlagSpec[] = settingFlags("inherit-pythonpath", "spawn");
export const ACCOUNTING: readonly FlagSpec[] = settingFlags("timings", "metrics");

/** Of commands that do something: say what it would be. */
export function dryRun(record: string): FlagSpec {
  return {
    name: "dry-run",
    json: record,
    help: "say step by step what would be done; do and write nothing",
  };
}

/** Of `run` and `exec`. */
export const OF_A_START: readonly FlagSpec[] = [
  dryRun("explain"),
  {
    name: "json",
    needs: "dry-run",
    help: "print JSON: with --dry-run alone, as stdout is the app's",
  },
  ...STARTING,
  ...LOOKING,
  ...FETCHING,
  ...ACCOUNTING,
  ...EVERYWHERE,
];

/** What everything that fetches has to do with. */
export const ALL_OF_A_FETCH = ["settings", "cache", "registry", "locks", "python"] as const;

/** Flags that stand for settings, with the words of their table. */
export function settingFlags(...names: SettingName[]): FlagSpec[] {
  return names.map((name) => settingFlag(SETTINGS.find((setting) => setting.name === name)!));
}

/** The flag of one setting. */
export function settingFlag({ name, kind }: NamedSetting): FlagSpec {
  const words = SETTING_WORDS[name];
  const placeholder = words.placeholder ?? kind.choices?.join("|");
  const { fallback } = words;
  const help = fallback === undefined ? words.help : `${words.help} (default: ${fallback})`;
  return { name, help, ...(placeholder === undefined ? {} : { placeholder }) };
}

/** What may stand before the command: of every command, and all settings. */
export function globalFlags(): FlagSpec[] {
  const settings = (SETTINGS as readonly NamedSetting[]).filter(({ secret }) => !secret);
  return [...EVERYWHERE, ...settings.map(settingFlag)];
}

/** Where the command stands: flags of every command may come before it. */
export function commandAt(args: readonly string[]): number {
  let index = 0;
  while (args[index]?.startsWith("-")) {
    const arg = args[index++]!;
    const takesNext = !arg.includes("=") && findFlag(arg, globalFlags())?.placeholder !== undefined;
    if (takesNext) index++;
  }
  return index;
}
