import { wrap } from "../../wrap.ts";
import type { Check, Diagnosis, Status } from "../../../app/doctor/check.ts";

const COLUMNS = 80;
const STATUS_WIDTH = 8;
const NAME_WIDTH = 12;
/** Two spaces in front, and between the columns. */
const INDENT = 2 + STATUS_WIDTH + 1 + NAME_WIDTH + 1;

/** For a terminal of 80 columns: one block a section, and the sum at the end, where the eye is. */
export function renderDiagnosis({ sections, exit }: Diagnosis): string {
  const blocks = sections.map(({ section, checks }) =>
    `${section}\n${checks.map(renderCheck).join("")}`
  );
  const checks = sections.flatMap((section) => section.checks);
  const count = (status: Status, word: string) => {
    const found = checks.filter((check) => check.status === status).length;
    return `${found} ${word}${found === 1 || status === "ok" ? "" : "s"}`;
  };
  const sum = [count("problem", "problem"), count("warning", "warning"), count("ok", "ok")];
  const first = checks.find(({ status }) => status === "problem");
  const end = first === undefined ? "" : `; exit ${exit}, for: ${first.name}`;
  return `${blocks.join("\n")}\n${sum.join(", ")}${end}\n`;
}

function renderCheck({ status, name, text, next, details = [] }: Check): string {
  const head = `  ${status.padEnd(STATUS_WIDTH)} ${name.padEnd(NAME_WIDTH)} `;
  const [first = "", ...rest] = wrap(flat(text), COLUMNS - INDENT);
  const body = [
    ...rest,
    ...details.flatMap((detail) => hang("- ", detail)),
    ...(next === undefined ? [] : hang("next: ", next)),
  ];
  return [head + first, ...body.map((line) => " ".repeat(INDENT) + line)]
    .map((line) => `${line.trimEnd()}\n`).join("");
}

/** Further lines are indented below the first one's text. */
function hang(mark: string, text: string): string[] {
  const lines = wrap(flat(text), COLUMNS - INDENT - mark.length);
  return lines.map((line, index) => (index === 0 ? mark : " ".repeat(mark.length)) + line);
}

/** What a program has said may have line breaks of its own. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
