import { type ErrorCode, type ErrorFacts, EXIT_CODES } from "../../model/errors.ts";
import {
  bytes,
  count,
  type Described,
  described,
  digest,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  text,
} from "./shape.ts";

/** What is known of a failure besides its words: closed, and the same in the log and in `--json`. */
export const FACTS = {
  app: optional(described(text, "where one was named")),
  ref: optional(text),
  version: optional(text),
  channel: optional(text),
  digest: optional(
    described(
      digest,
      "of the release, of the layer where the error is about one, or of the bundle",
    ),
  ),
  suggestion: optional(described(text, "the app or ref that was probably meant")),
  url: optional(described(text, "without credentials and query")),
  path: optional(text),
  json_path: optional(described(text, "in the release document")),
  expected: optional(text),
  found: optional(text),
  wheel: optional(described(text, "name of the wheel file")),
  folder: optional(described(text, "in the archive, above what should be importable")),
  entry: optional(described(text, "of the archive, or the entry point")),
  format: optional(text),
  package: optional(described(text, "a project, normalized")),
  rule: optional(described(text, "of `edgeboot help archives`")),
  limit: optional(described(text, "the setting that was exceeded")),
  status: optional(described(count, "HTTP status")),
  certificate: optional(described(text, "what is wrong with the server's")),
  uid: optional(count),
  damaged: optional(count),
  needed: optional(bytes),
  free: optional(bytes),
  cache: optional(text),
  config: optional(text),
  lock: optional(text),
} satisfies Readonly<Record<keyof ErrorFacts, Shape<unknown>>>;

const exits = [...new Set<number>(Object.values(EXIT_CODES))];

export const ERROR_TEXTS = {
  code: described(
    oneOf(...Object.keys(EXIT_CODES) as ErrorCode[]),
    "what tests and queries match on",
  ),
  exit: { enum: exits } as Shape<number>,
  what: text,
  why: text,
  next: text,
};

export const ERROR_FIELDS = { ...ERROR_TEXTS, causes: list(text), ...FACTS };
export const ERROR = record(ERROR_FIELDS);
export type ErrorRecord = Described<typeof ERROR>;
