import type { LogLevel } from "../config/config.ts";
import { EdgebootError } from "../model/errors.ts";
import { FsError, type Host } from "../host/ports.ts";
import { wrap } from "./wrap.ts";

const SEVERITY: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** A terminal that says it is narrower, or nothing, gets these. */
const LEAST_COLUMNS = 40;

export interface LogStyle {
  readonly form: "text" | "json";
  readonly level: LogLevel;
  /** Show causes (1) and where in the program an internal error arose (2). */
  readonly verbosity: number;
}

export const DEFAULT_STYLE: LogStyle = { form: "text", level: "info", verbosity: 0 };

/** Writes to stderr, one record a line as JSON, or text for people. */
export class Logger {
  /** Takes away what stands in the line where the next is to be written: a progress bar. */
  beforeLine: () => void = () => {};

  constructor(private readonly host: Pick<Host, "output" | "clock">, readonly style: LogStyle) {}

  shows(level: LogLevel): boolean {
    return SEVERITY[level] <= SEVERITY[this.style.level];
  }

  /** `event` and `facts` are for machines, `text` for people. */
  log(level: LogLevel, event: string, text: string, facts: Record<string, unknown> = {}): void {
    if (!this.shows(level)) return;
    if (this.style.form === "json") {
      const time = new Date(this.host.clock.now()).toISOString();
      this.#line(JSON.stringify({ time, level, event, message: text, ...facts }));
    } else {
      const before = `edgeboot: ${level === "warn" ? "warning: " : ""}`;
      for (const line of wrap(text, this.#width(), before, "  ")) this.#line(printable(line));
    }
  }

  /** Writes the error in its three parts and returns the exit code that belongs to it. */
  error(thrown: unknown): number {
    const error = toEdgebootError(thrown);
    const { what, why, next } = error.text;
    const causes = causeChain(error);
    if (this.style.form === "json") {
      const facts = { code: error.code, exit: error.exitCode, what, why, next, ...error.facts };
      this.log("error", "error", `${what}: ${why}`, { ...facts, causes });
      return error.exitCode;
    }
    const width = this.#width();
    const lines = [
      ...wrap(what, width, "edgeboot: error: ", "  "),
      ...wrap(why, width, "  why:  "),
      ...wrap(next, width, "  next: "),
    ];
    if (this.style.verbosity > 0) {
      lines.push(...causes.map((cause) => `  from: ${cause}`));
      lines.push(`  code: ${error.code}, exit ${error.exitCode}`);
    }
    if (this.style.verbosity > 1 && thrown instanceof Error) lines.push(thrown.stack ?? "");
    for (const line of lines) this.#line(printable(line));
    return error.exitCode;
  }

  /** Whole lines for files and pipes; on a terminal they are broken between words, to be read. */
  #width(): number {
    const { isTerminal, columns } = this.host.output.stderrTerminal;
    return isTerminal ? Math.max(columns, LEAST_COLUMNS) : Infinity;
  }

  #line(text: string): void {
    this.beforeLine();
    this.host.output.stderr(`${text}\n`);
  }
}

/** Anything that has no code of its own is a bug, except a file call that nobody translated. */
export function toEdgebootError(thrown: unknown): EdgebootError {
  if (thrown instanceof EdgebootError) return thrown;
  if (thrown instanceof FsError) {
    const denied = thrown.errno === "EACCES" || thrown.errno === "EPERM";
    return new EdgebootError(denied ? "PERMISSION_DENIED" : "IO", {
      what: `cannot ${thrown.operation} ${thrown.path}`,
      why: thrown.message,
      next: denied ? "check the permissions of that path" : "check that path and the disk it is on",
    }, { cause: thrown, facts: { path: thrown.path } });
  }
  return new EdgebootError("INTERNAL", {
    what: "edgeboot met a fault of its own",
    why: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    next: "run it again with -vv and report the output together with `edgeboot version`",
  }, { cause: thrown });
}

function causeChain(error: Error): string[] {
  const chain: string[] = [];
  for (let cause = error.cause; cause instanceof Error && chain.length < 8; cause = cause.cause) {
    chain.push(`${cause.name}: ${cause.message}`);
  }
  return chain;
}

/** File names and server answers must not steer a terminal (CWE-150). */
export function printable(text: string): string {
  // A literal with a Unicode property would be compiled, slowly, at each start.
  if (/^[ -~\t\n]*$/.test(text)) return text;
  return text.replace(
    new RegExp("(?![\\t\\n])\\p{Cc}", "gu"),
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
