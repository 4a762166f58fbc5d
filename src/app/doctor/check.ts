import { EdgebootError, type ErrorCode, EXIT_CODES } from "../../model/errors.ts";

export type Status = "ok" | "warning" | "problem";

/** One finding. With {@link Diagnosis}, the documented shape of `doctor --json` (`help doctor`). */
export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly text: string;
  /** What to do; always there unless the status is ok. */
  readonly next?: string;
  /** Of a problem: the code that a start would end with. */
  readonly code?: ErrorCode;
  /** More lines for people, one fact each. */
  readonly details?: readonly string[];
  /** The same for machines. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface Section {
  readonly section: string;
  readonly checks: readonly Check[];
}

export interface Diagnosis {
  readonly schema: "edgeboot.doctor/v1";
  readonly status: Status;
  /** 0 without a problem, else the exit code of the first one */
  readonly exit: number;
  readonly sections: readonly Section[];
}

type More = Pick<Check, "details" | "facts">;

/** A finding that asks for nothing. */
export function ok(name: string, text: string, more: More = {}): Check {
  return { name, status: "ok", text, ...more };
}

/** A finding that a start survives; `next` says what to do. */
export function warning(name: string, text: string, next: string, more: More = {}): Check {
  return { name, status: "warning", text, next, ...more };
}

/** A finding that a start would fail by; `next` says what to do. */
export function problem(
  name: string,
  code: ErrorCode,
  text: string,
  next: string,
  more: More = {},
): Check {
  return { name, status: "problem", text, next, code, ...more };
}

/** What a command would have ended with. */
export function refused(name: string, { code, text, facts }: EdgebootError): Check {
  return problem(name, code, `${text.what}: ${text.why}`, text.next, { facts: { ...facts } });
}

/** The check, or the refusal that it met; anything else is a fault of ours and passes through. */
export async function attempt(name: string, act: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof EdgebootError) return refused(name, error);
    throw error;
  }
}

/** The findings together, with the exit code of the first problem. */
export function diagnose(sections: readonly Section[]): Diagnosis {
  const checks = sections.flatMap((section) => section.checks);
  const first = checks.find(({ status }) => status === "problem");
  const exit = first === undefined ? 0 : EXIT_CODES[first.code ?? "INTERNAL"];
  const warned = checks.some(({ status }) => status === "warning");
  const status = first !== undefined ? "problem" : warned ? "warning" : "ok";
  return { schema: "edgeboot.doctor/v1", status, exit, sections };
}
