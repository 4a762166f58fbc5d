import type { EdgebootError } from "../../model/errors.ts";
import { escaped } from "../logger.ts";
import { ERROR, type ErrorRecord } from "./error.ts";
import { errorRecord } from "./error_record.ts";
import type { Shape } from "./shape.ts";

/** What a command has to say with `--json`: one document, whether it went well or not. */
export interface Said {
  /** The record's name, as in `edgeboot schema NAME`. */
  readonly name: string;
  /** Absent where it failed before there was anything to tell. */
  readonly content?: object | undefined;
  /** What makes the exit code other than 0. */
  readonly error?: EdgebootError | undefined;
}

/** The document as it is printed, with a newline at its end. */
export function envelope({ name, content, error }: Said): string {
  const ending: { ok: boolean; error?: ErrorRecord } = error === undefined
    ? { ok: true }
    : { ok: false, error: errorRecord(error) };
  const document = { schema: schemaId(name), ...ending, ...content };
  return `${escaped(JSON.stringify(document, undefined, 2))}\n`;
}

/** What `schema` says in a document: `edgeboot.cache-list/v1`. */
export function schemaId(name: string): string {
  return `edgeboot.${name}/v1`;
}

/** JSON Schema (2020-12) of the documents of a name. */
export function envelopeSchema(name: string, title: string, shape: Shape<object>): object {
  const { properties, required } = shape as { properties: object; required: readonly string[] };
  const schema = { const: schemaId(name) };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `edgeboot ${name}, version 1`,
    description:
      `${title}. "ok" says whether the exit code is 0; where it is not, "error" says why, ` +
      "and the content is there as far as the command came to it. Later versions of edgeboot may add fields.",
    type: "object",
    oneOf: [
      {
        type: "object",
        properties: { schema, ok: { const: true }, ...properties },
        required: ["schema", "ok", ...required],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { schema, ok: { const: false }, error: ERROR, ...properties },
        required: ["schema", "ok", "error"],
        additionalProperties: false,
      },
    ],
  };
}
