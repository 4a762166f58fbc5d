import { plannedStart } from "../app/start/planned.ts";
import type { RunRequest } from "../app/start/request.ts";
import { type Config, resolveConfig } from "../config/config.ts";
import { readConfigFile, readerOf } from "../config/file.ts";
import { APP_VARIABLE, CONFIG_VARIABLE } from "../config/settings.ts";
import type { StartHost } from "../host/ports.ts";
import type { Launch } from "./action.ts";
import { appTarget, bundleTarget } from "./target.ts";

/**
 * `edgeboot run` where all is as it was when it was planned: nearly every start. Only what that needs is
 * loaded; for anything else, what is wrong included, undefined: then `runCli` begins anew.
 * @param link the name of the link that was called; then every argument is the app's
 */
export async function startWarm(
  args: readonly string[],
  host: StartHost,
  link?: string,
): Promise<Launch | undefined> {
  try {
    const line = link === undefined ? runLine(args, host) : linkLine(link, args, host);
    if (line === undefined) return undefined;
    const config = await settings(line.values, host);
    if (config === undefined) return undefined;
    const bundle = bundleTarget(line, host.process.cwd);
    const [app, ...rest] = line.rest;
    if (bundle === undefined && app === undefined) return undefined;
    const target = bundle ?? appTarget(app!);
    const request: RunRequest = { kind: "run", target, args: bundle ? line.rest : rest };
    const start = await plannedStart(request, config, host);
    const about = target.kind === "app" ? { app: target.appRef.app } : {};
    const style = { form: config.log, level: config.logLevel, verbosity: 0, about };
    return start && { kind: "exec", ...start, style };
  } catch {
    return undefined;
  }
}

interface Line {
  readonly values: ReadonlyMap<string, string | true>;
  readonly rest: readonly string[];
}

/** Settings that change nothing about a planned start, or that it knows of; direct mode. */
const KNOWN: ReadonlySet<string> = new Set([
  ...["registry", "cache", "python", "entry", "offline", "refresh"],
  ...["log", "log-level", "trusted-uids", "bundle", "sha256", "config"],
]);
/** Those of them without a value. */
const SWITCHES: ReadonlySet<string> = new Set(["offline"]);

/** What `flags.ts` would read, of the most usual command lines. */
function runLine([command, ...args]: readonly string[], { env }: StartHost): Line | undefined {
  if (command !== "run") return undefined;
  const values = new Map<string, string | true>();
  const app = env.get(APP_VARIABLE);
  if (app) return { values, rest: [app, ...args] };
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") return { values, rest: args.slice(index + 1) };
    if (!arg.startsWith("-")) return { values, rest: args.slice(index) };
    const [, name, inline] = /^--([a-z0-9-]+)(?:=([^]+))?$/.exec(arg) ?? [];
    if (name === undefined || !KNOWN.has(name)) return undefined;
    const isSwitch = SWITCHES.has(name);
    if (isSwitch && inline !== undefined) return undefined;
    const value = isSwitch ? true : inline ?? args[++index];
    if (!value) return undefined;
    values.set(name, value);
  }
  return { values, rest: [] };
}

/** A link is an entry point of the app that the environment names, or else an app itself. */
function linkLine(link: string, args: readonly string[], { env }: StartHost): Line {
  const app = env.get(APP_VARIABLE);
  return { values: new Map(app ? [["entry", link]] : []), rest: [app || link, ...args] };
}

/** undefined where somebody wants to be told of the start, or Python is to be a child. */
async function settings(
  flags: Line["values"],
  { fs, env, process }: StartHost,
): Promise<Config | undefined> {
  const named = flags.get("config");
  const path = typeof named === "string" ? named : env.get(CONFIG_VARIABLE) || undefined;
  const file = await readConfigFile(path, fs, readerOf(flags, env, process.uid));
  const config = resolveConfig({ flags, env, file, fs, cwd: process.cwd });
  const isTold = file?.doubt !== undefined || config.timings !== undefined ||
    config.metrics !== undefined ||
    config.logLevel === "debug";
  return isTold || config.spawn ? undefined : config;
}
