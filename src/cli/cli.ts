import { APP_VARIABLE } from "../config/settings.ts";
import type { Host } from "../host/ports.ts";
import { type BootAction, DONE } from "./action.ts";
import { execCommand } from "./commands/exec/action.ts";
import { runCommand } from "./commands/run/action.ts";
import type { CommandName } from "./commands.ts";
import { type ParsedFlags, parseFlags, UnknownFlag } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { DEFAULT_STYLE, Logger, type LogStyle } from "./logger.ts";
import { type CommandSpec, EXEC, RUN } from "./start_commands.ts";

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
  try {
    if (link !== undefined) {
      const invocation = { flags: linkFlags(link, args, host), host };
      return await dispatch("run", {
        ...invocation,
        useLogger: (chosen) => void (logger = chosen),
      });
    }
    const { name, rest } = splitCommand(args);
    const spec = await findCommand(name);
    const flags = readFlags(spec, rest, host);
    if (flags.values.has("help")) return await printHelp(name, host);
    logger = new Logger(host, { ...style, verbosity: flags.verbosity });
    const invocation = { flags, host, useLogger: (chosen: Logger) => void (logger = chosen) };
    return await dispatch(spec.name, invocation);
  } catch (error) {
    return { kind: "exit", code: logger.error(await explained(error)) };
  }
}

/** For what nobody awaited: a fault of ours, reported like one instead of with a stack trace. */
export function crashed(error: unknown, host: Host): BootAction {
  return { kind: "exit", code: new Logger(host, DEFAULT_STYLE).error(error) };
}

/** A command line that cannot be parsed is reported in the form that the machine asked for. */
function earlyStyle(host: Host): LogStyle {
  return { ...DEFAULT_STYLE, form: host.env.get("EDGEBOOT_LOG") === "json" ? "json" : "text" };
}

/**
 * What starts an app is here already: loading a module on demand costs 1.5 ms, and 3 ms more every
 * other time, when another thread has to wake up for it. The other commands are loaded when called.
 */
async function dispatch(name: CommandName, invocation: Invocation): Promise<BootAction> {
  switch (name) {
    case "run": {
      return await runCommand(invocation);
    }
    case "exec": {
      return await execCommand(invocation);
    }
    case "fetch": {
      const { fetchCommand } = await import("./commands/fetch/action.ts");
      return await fetchCommand(invocation);
    }
    case "explain": {
      const { explainCommand } = await import("./commands/explain/action.ts");
      return await explainCommand(invocation);
    }
    case "inspect": {
      const { inspectCommand } = await import("./commands/inspect/action.ts");
      return await inspectCommand(invocation);
    }
    case "cache": {
      const { cacheCommand } = await import("./commands/cache/action.ts");
      return await cacheCommand(invocation);
    }
    case "verify": {
      const { verifyCommand } = await import("./commands/verify/action.ts");
      return await verifyCommand(invocation);
    }
    case "doctor": {
      const { doctorCommand } = await import("./commands/doctor/action.ts");
      return await doctorCommand(invocation);
    }
    case "history": {
      const { historyCommand } = await import("./commands/history/action.ts");
      return await historyCommand(invocation);
    }
    case "pin": {
      const { pinCommand } = await import("./commands/history/action.ts");
      return await pinCommand(invocation);
    }
    case "rollback": {
      const { rollbackCommand } = await import("./commands/history/action.ts");
      return await rollbackCommand(invocation);
    }
    case "init": {
      const { initCommand } = await import("./commands/init/action.ts");
      return await initCommand(invocation);
    }
    case "schema": {
      const { schemaCommand } = await import("./commands/schema/action.ts");
      return await schemaCommand(invocation);
    }
    case "completions": {
      const { completionsCommand } = await import("./commands/completions/action.ts");
      return await completionsCommand(invocation);
    }
    case "man": {
      const { manCommand } = await import("./commands/man.ts");
      return await manCommand(invocation);
    }
    case "version": {
      const { versionCommand } = await import("./commands/version.ts");
      return versionCommand(invocation);
    }
    case "help": {
      const { helpCommand } = await import("./commands/help.ts");
      return await helpCommand(invocation);
    }
  }
}

function splitCommand(args: readonly string[]): { name: string; rest: string[] } {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h") {
    return { name: "help", rest: [] };
  }
  if (first === "--version" || first === "-V") return { name: "version", rest };
  return { name: first, rest };
}

/** A link is an entry point of the app that the environment names, or else an app itself. */
function linkFlags(link: string, args: readonly string[], host: Host): ParsedFlags {
  const app = host.env.get(APP_VARIABLE);
  const values = new Map(app ? [["entry", link]] : []);
  return { values, verbosity: 0, rest: [app || link, ...args] };
}

/** With EDGEBOOT_APP set, `run` hands every argument to the app, flags of its own included. */
function readFlags(spec: CommandSpec, args: readonly string[], host: Host): ParsedFlags {
  const app = spec.name === "run" ? host.env.get(APP_VARIABLE) : undefined;
  if (app) return { values: new Map(), verbosity: 0, rest: [app, ...args] };
  return parseFlags(args, { ...spec, command: spec.name });
}

async function printHelp(name: string, host: Host): Promise<BootAction> {
  const { helpText } = await import("./help/help.ts");
  host.output.stdout(await helpText(name));
  return DONE;
}

async function findCommand(name: string): Promise<CommandSpec & { readonly name: CommandName }> {
  if (name === RUN.name) return RUN;
  if (name === EXEC.name) return EXEC;
  const { COMMANDS } = await import("./commands.ts");
  const spec = COMMANDS.find((command) => command.name === name);
  if (spec !== undefined) return spec;
  const { unknownName } = await import("./suggest.ts");
  throw await unknownName("command", name, COMMANDS.map((command) => command.name), "");
}

/** Loads the search for near names only when a name was wrong. */
async function explained(error: unknown): Promise<unknown> {
  if (!(error instanceof UnknownFlag)) return error;
  const { unknownName } = await import("./suggest.ts");
  const known = error.grammar.flags.map((flag) => `--${flag.name}`);
  return await unknownName("option", error.flag, known, error.grammar.command);
}
