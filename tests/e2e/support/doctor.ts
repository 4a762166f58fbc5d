import { assertEquals } from "@std/assert";
import type { Ended } from "./command.ts";
import type { EdgebootOptions, Sandbox } from "./sandbox.ts";

export interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "problem";
  readonly text: string;
  readonly next?: string;
  readonly code?: string;
  readonly details?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface Diagnosis {
  readonly schema: string;
  readonly status: string;
  readonly exit: number;
  readonly sections: readonly { readonly section: string; readonly checks: readonly Check[] }[];
}

/** Runs `edgeboot doctor --json` and holds its form and its exit code to what help says of them. */
export async function diagnose(
  sandbox: Sandbox,
  args: readonly string[] = [],
  options: EdgebootOptions = {},
): Promise<Diagnosis> {
  return read(await sandbox.edgeboot(["doctor", "--json", ...args], options));
}

export function read({ code, stdout, stderr }: Ended): Diagnosis {
  const diagnosis: Diagnosis = JSON.parse(stdout || JSON.stringify({ stderr }));
  assertEquals([diagnosis.schema, diagnosis.exit], ["edgeboot.doctor/v1", code], stderr);
  const checks = diagnosis.sections.flatMap(({ checks }) => checks);
  for (const { name, status, text, next, code } of checks) {
    const complete = text !== "" && (status === "ok") === (next === undefined) &&
      (status === "problem") === (code !== undefined);
    assertEquals(complete, true, `${name}: ${status} ${text} ${next}`);
  }
  return diagnosis;
}

/** The checks of a name, as `status: text` and what to do. */
export function find({ sections }: Diagnosis, section: string, name: string): Check[] {
  const found = sections.find((each) => each.section === section);
  return found?.checks.filter((check) => check.name === name) ?? [];
}

export function problems({ sections }: Diagnosis): string[] {
  return sections.flatMap(({ section, checks }) =>
    checks.filter(({ status }) => status === "problem").map(({ name, code }) =>
      `${section} ${name} ${code}`
    )
  );
}
