import { APP_VARIABLE } from "../config/settings.ts";
import type { Host } from "../host/ports.ts";
import { type BootAction, DONE, type Exit } from "./action.ts";
import type { Command } from "./command.ts";
import { EXEC } from "./commands/exec/command.ts";
import { RUN } from "./commands/run/command.ts";
import { type Parsed, scanFlags, type Scanned } from "./flags.ts";
import { type Fault, judge } from "./forms.ts";
import type { LogStyle } from "./log_style.ts";
import { DEFAULT_STYLE, Logger, toEdgebootError } from "./logger.ts";
import { commandAt, globalFlags, JSON_OUTPUT } from "./shared_flags.ts";

/**
 * Carries out a command line. Never throws: whatever happens ends as an exit code or one exec.
 * @param link the name of the link that was called; then every argument is the app's
 */
export async function runCli(
  args: readonly string[],
  host: Host,
  link?: string,
): Promise<BootAction> {
  const style = earlyStyle(host);
  let logger = new Logger(host, style);
  let json: string | undefined;
  try {
    const { found, flags, fault, help } = await readLine(args, host, link);
    logger = new Logger(host, { ...style, verbosity: flags.verbosity });
    if (help !== undefined) return await printHelp(help, host);
    json = flags.json;
    const { command, commands } = found;
    if (fault !== undefined) throw await misuse(fault, command);
    const act = await command.load();
    const useLogger = (chosen: Logger) => void (logger = chosen);
    const outcome = await act({ flags, host, useLogger }, commands);
    return outcome.kind === "failed" ? failed(outcome.error, logger) : outcome;
  } catch (error) {
    if (json !== undefined) await sayFailure(json, error, host);
    return failed(error, logger);
  }
}

/** For what nobody awaited: a fault of ours, reported like one instead of with a stack trace. */
export function crashed(error: unknown, host: Host): Exit {
  return failed(error, new Logger(host, DEFAULT_STYLE));
}

function failed(error: unknown, logger: Logger): Exit {
  return { kind: "exit", code: logger.error(error) };
}

/** A command line that cannot be parsed is reported in the form that the machine asked for. */
function earlyStyle(host: Host): LogStyle {
  return { ...DEFAULT_STYLE, form: host.env.get("EDGEBOOT_LOG") === "json" ? "json" : "text" };
}

interface Line {
  readonly found: Found;
  readonly flags: Parsed;
  readonly fault: Fault | undefined;
  /** Wanted in place of the command. */
  readonly help?: Help | undefined;
}

interface Help {
  /** Of a command; undefined: of all. */
  readonly name: string | undefined;
  readonly form: "short" | "whole";
}

async function readLine(args: readonly string[], host: Host, link?: string): Promise<Line> {
  if (link !== undefined) return linkLine(link, args, host);
  const at = commandAt(args);
  const name = args[at];
  if (name === undefined) return await bareLine(args, host);
  const found = await findCommand(name);
  const app = found.command === RUN ? host.env.get(APP_VARIABLE) : undefined;
  // With EDGEBOOT_APP set, every argument of `run` is the app's, flags of edgeboot included.
  const own = app ? ["--", app] : [];
  const scanned = scanFlags([...args.slice(0, at), ...own, ...args.slice(at + 1)], found.command);
  if (scanned.values.get("version") === true) return await versionLine(scanned, host);
  const { parsed: flags, fault } = judge(found.command, scanned, host.env);
  const { help: form } = scanned;
  return { found, flags, fault, help: form === "no" ? undefined : { name, form } };
}

/** A link is an entry point of the app that the environment names, or else an app itself. */
function linkLine(link: string, args: readonly string[], host: Host): Line {
  const app = host.env.get(APP_VARIABLE);
  const values = new Map(app ? [["entry", link]] : []);
  const flags = { verbosity: 0, rest: [app || link, ...args], verb: undefined, json: undefined };
  return { found: STARTS.run, flags: { ...flags, values }, fault: undefined };
}

/** No command: what is asked for is help, or the version. */
async function bareLine(args: readonly string[], host: Host): Promise<Line> {
  const scanned = scanFlags(args, { flags: [...globalFlags(), JSON_OUTPUT] });
  if (scanned.values.has("version")) return await versionLine(scanned, host);
  const found = await findCommand("help");
  const { parsed: flags, fault } = judge(found.command, scanned, host.env);
  const form = scanned.help === "short" ? "short" : "whole";
  return { found, flags, fault, help: fault === undefined ? { name: undefined, form } : undefined };
}

async function versionLine(scanned: Scanned, host: Host): Promise<Line> {
  const found = await findCommand("version");
  const { parsed } = judge(found.command, { ...scanned, rest: [], fault: undefined }, host.env);
  return { found, flags: parsed, fault: undefined };
}

interface Found {
  readonly command: Command;
  /** All that there are; none where an app is started, which has no need of them. */
  readonly commands: readonly Command[];
}

const STARTS = {
  run: { command: RUN, commands: [] },
  exec: { command: EXEC, commands: [] },
} satisfies Record<string, Found>;

/** What starts an app is here already; the others are loaded when one of them is called. */
async function findCommand(name: string): Promise<Found> {
  if (name === "run" || name === "exec") return STARTS[name];
  const { COMMANDS: commands } = await import("./commands.ts");
  const command = commands.find((command) => command.name === name);
  if (command !== undefined) return { command, commands };
  const { unknownName } = await import("./suggest.ts");
  throw await unknownName("command", name, commands.map((command) => command.name), "");
}

async function printHelp({ name, form }: Help, host: Host): Promise<BootAction> {
  const { COMMANDS } = await import("./commands.ts");
  const { helpText, shortHelp } = await import("./help/help.ts");
  const text = form === "short" ? shortHelp(COMMANDS, name) : await helpText(COMMANDS, name);
  host.output.stdout(text);
  return DONE;
}

/** Words, and the search for near names, are loaded only when something was wrong. */
async function misuse(fault: Fault, command: Command): Promise<Error> {
  const { misuseOf } = await import("./misuse.ts");
  return await misuseOf(fault, command);
}

async function sayFailure(name: string, error: unknown, host: Host): Promise<void> {
  const { envelope } = await import("./json/envelope.ts");
  host.output.stdout(envelope({ name, error: toEdgebootError(error) }));
}
