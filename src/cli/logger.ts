import type { Reporter } from "../app/events.ts";
import type { LogLevel } from "../config/config.ts";
import { EdgebootError } from "../model/errors.ts";
import { FsError, type Host } from "../host/ports.ts";
import { causeChain, errorRecord } from "./json/error_record.ts";
import type { LogStyle } from "./log_style.ts";
import type { LogEvent, LogFacts } from "./schemas/log.ts";
import { wrap } from "./wrap.ts";

/** May be left out where all of them may. */
type Facts<E extends LogEvent> = Record<never, never> extends LogFacts<E> ? [facts?: LogFacts<E>]
  : [facts: LogFacts<E>];

const SEVERITY: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** A terminal that says it is narrower, or nothing, gets these. */
const LEAST_COLUMNS = 40;
/** syslog(3): err, warning, info, debug. */
const PRIORITY: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

export const DEFAULT_STYLE: LogStyle = { form: "text", level: "info", verbosity: 0 };

/** ECMA-48, 8.3.117: bold, and red or yellow; 0 ends it. */
const COLOURS = { error: "\x1b[1;31m", warning: "\x1b[1;33m" } as const;
const PLAIN = "\x1b[0m";

/** Writes to stderr, one record a line as JSON, or text for people. */
export class Logger {
  /** Whether a line stands there that the next one replaces. */
  #drawn = false;

  /** Of the line that is being written. */
  #level: LogLevel = "info";

  /** What every JSON record says besides its own facts. */
  about: { readonly app?: string };
  /** Tells the rest, where that is asked for; loaded only then. */
  more: Reporter | undefined;

  constructor(
    private readonly host: Pick<Host, "output" | "clock">,
    readonly style: LogStyle,
  ) {
    this.about = style.about ?? {};
  }

  shows(level: LogLevel): boolean {
    return SEVERITY[level] <= SEVERITY[this.style.level];
  }

  /** `event` and `facts` are for machines, `text` for people. */
  log<E extends LogEvent>(level: LogLevel, event: E, text: string, ...[facts]: Facts<E>): void {
    if (!this.shows(level)) return;
    this.#level = level;
    if (this.style.form === "json") {
      const ts = new Date(this.host.clock.now()).toISOString();
      const line = { ts, level, event, message: cut(text), ...this.about, ...facts };
      this.#line(
        escaped(JSON.stringify(line, (_, value) => typeof value === "string" ? cut(value) : value)),
      );
    } else {
      this.#labelled(level === "warn" ? "warning" : undefined, text);
    }
  }

  /** Writes the error in its three parts and returns the exit code that belongs to it. */
  error(thrown: unknown): number {
    const error = toEdgebootError(thrown);
    const { what, why, next } = error.text;
    const shown = { why: cut(why), next: cut(next) };
    if (this.style.form === "json") {
      this.log("error", "error", `${what}: ${why}`, errorRecord(error));
      return error.exitCode;
    }
    this.#level = "error";
    this.#labelled("error", what);
    const width = this.#width();
    const lines = [...wrap(shown.why, width, "  why:  "), ...wrap(shown.next, width, "  next: ")];
    if (this.style.verbosity > 0) {
      lines.push(...causeChain(error).map((cause) => `  from: ${cut(cause)}`));
      lines.push(`  code: ${error.code}, exit ${error.exitCode}`);
    }
    if (this.style.verbosity > 1 && thrown instanceof Error) lines.push(thrown.stack ?? "");
    for (const line of lines) this.#line(printable(line));
    return error.exitCode;
  }

  /** Whether there is a terminal, and somebody at it, for {@link draw}. */
  get draws(): boolean {
    return this.style.form === "text" && this.shows("info") &&
      this.host.output.stderrTerminal.isTerminal;
  }

  /** A line that stands until the next one is drawn or written. `line` gets the width there is. */
  draw(line: (columns: number) => string): void {
    // The last column stays empty: there some terminals go on to the next line.
    const columns = this.host.output.stderrTerminal.columns - 1;
    this.host.output.stderr(`\r${line(columns).slice(0, columns).padEnd(columns)}`);
    this.#drawn = true;
  }

  /** Broken with its label as it is read, which is then coloured. */
  #labelled(label: keyof typeof COLOURS | undefined, text: string): void {
    const before = `edgeboot: ${label === undefined ? "" : `${label}: `}`;
    const [first, ...more] = wrap(cut(text), this.#width(), before, "  ").map(printable);
    const coloured = label !== undefined && this.host.output.stderrTerminal.colour
      ? first!.replace(`${label}:`, `${COLOURS[label]}${label}:${PLAIN}`)
      : first!;
    for (const line of [coloured, ...more]) this.#line(line);
  }

  /** Whole lines for files and pipes; on a terminal they are broken between words, to be read. */
  #width(): number {
    const { isTerminal, columns } = this.host.output.stderrTerminal;
    return isTerminal ? Math.max(columns, LEAST_COLUMNS) : Infinity;
  }

  /** Takes away what was drawn. */
  wipe(): void {
    if (this.#drawn) this.host.output.stderr("\r\x1b[K");
    this.#drawn = false;
  }

  #line(text: string): void {
    this.wipe();
    // Else the journal has one priority for all that a service writes, and `journalctl -p err` finds nothing.
    const prefix = this.host.output.stderrIsJournal ? `<${PRIORITY[this.#level]}>` : "";
    this.host.output.stderr(`${prefix}${text.replaceAll("\n", `\n${prefix}`)}\n`);
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

/** What a release or a server says may be of any length, and a message has to be read. */
const LONGEST_PART = 2000;
const LONGEST_TAIL = 200;

function cut(text: string): string {
  if (text.length <= LONGEST_PART) return text;
  const left = text.length - LONGEST_PART;
  const head = text.slice(0, LONGEST_PART - LONGEST_TAIL);
  return `${head}… (${left} characters left out) …${text.slice(-LONGEST_TAIL)}`;
}

/** Nothing to escape: a literal with a Unicode property would be compiled, slowly, at each start. */
const PLAIN_TEXT = /^[ -~\t\n]*$/;
/**
 * What steers a terminal or a reader: controls, direction marks and what has no width (CWE-150,
 * CVE-2021-42574), line separators, halves of surrogate pairs.
 */
const steering = () => new RegExp("(?![\\t\\n])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "gu");

/** File names and server answers must not steer a terminal. */
export function printable(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return text.replace(steering(), (character) => {
    const code = character.codePointAt(0)!;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same of a JSON text, in JSON's own form. */
export function escaped(json: string): string {
  if (PLAIN_TEXT.test(json)) return json;
  return json.replace(
    steering(),
    (character) =>
      [...Array(character.length).keys()].map((index) =>
        `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
      ).join(""),
  );
}
