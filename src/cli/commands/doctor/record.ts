import type { Check, Diagnosis } from "../../../app/doctor/check.ts";
import { EdgebootError, type ErrorCode, EXIT_CODES } from "../../../model/errors.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  anyNames,
  count,
  type Described,
  described,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  text,
} from "../../json/shape.ts";

const STATUS = oneOf("ok", "warning", "problem");

const CHECK = record({
  name: text,
  status: STATUS,
  text,
  next: optional(described(text, "what to do; always there unless the status is ok")),
  code: optional(
    described(
      oneOf(...Object.keys(EXIT_CODES) as ErrorCode[]),
      "of a problem: what a start would end with",
    ),
  ),
  details: optional(described(list(text), "more lines for people, one fact each")),
  facts: optional(described(anyNames<unknown>({} as Shape<unknown>), "the same for machines")),
});

const DIAGNOSED = record({
  status: STATUS,
  exit: described(count, "0 without a problem, else that of the first one, as a start would end"),
  sections: list(record({ section: text, checks: list(CHECK) })),
});

export const DIAGNOSIS: RecordDeclaration = {
  title: "The state of this machine, and whether an app would start on it",
  shape: DIAGNOSED,
};

/** A diagnosis for machines. */
export function diagnosisRecord(diagnosis: Diagnosis): Described<typeof DIAGNOSED> {
  const { status, exit, sections } = diagnosis;
  return { status, exit, sections };
}

/** The first problem, as a start would end with it. */
export function problemOf({ sections }: Diagnosis): EdgebootError | undefined {
  const checks: readonly Check[] = sections.flatMap((section) => section.checks);
  const first = checks.find(({ status }) => status === "problem");
  if (first === undefined) return undefined;
  const { name, code = "INTERNAL", text, next = "" } = first;
  return new EdgebootError(code, { what: `problem found: ${name}`, why: text, next });
}
