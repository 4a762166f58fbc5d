import { assert } from "@std/assert";
import { Ajv2020 } from "ajv";
import { BINARY } from "./binary.ts";
import { output } from "./command.ts";

const ajv = new Ajv2020({ strict: true });

/** Compiles what the binary itself prints. */
async function schema(name: string) {
  return ajv.compile(JSON.parse(await output(BINARY, ["schema", name])));
}

const line = await schema("log");
const timing = await schema("timings");

// deno-lint-ignore no-explicit-any
type Json = any;

/** What was written to stderr with EDGEBOOT_LOG=json, each line held to `edgeboot schema log`. */
export function logLines(stderr: string): Json[] {
  return checked(stderr, line);
}

/** The lines of a `--timings` file, each held to `edgeboot schema timings`. */
export function timingLines(text: string): Json[] {
  return checked(text, timing);
}

function checked(text: string, validate: typeof line): Json[] {
  const lines = text.split("\n");
  assert(lines.pop() === "", `the last line has no end: ${text}`);
  return lines.map((each) => {
    const value = JSON.parse(each);
    assert(validate(value), `${each}\n${JSON.stringify(validate.errors, undefined, 1)}`);
    return value;
  });
}
