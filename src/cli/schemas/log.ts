import type { Phase } from "../../app/events.ts";
import { EXIT_CODES } from "../../model/errors.ts";

/**
 * Every line that edgeboot writes to stderr with EDGEBOOT_LOG=json, as a closed set: `Logger` takes no
 * other event, and tests hold what is written to this table. Long because it is one table.
 */
interface EventSpec {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly says: string;
  /** Field → its shape; a `?` behind the name where it may be missing. */
  readonly fields: Readonly<Record<string, Shape>>;
}

type Shape = object;

export const TIMESTAMP = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$";

const text = { type: "string" };
const texts = { type: "array", items: text };
const whole = { type: "integer", minimum: 0 };
const bytes = { ...whole, description: "bytes" };
const ms = { type: "number", minimum: 0, description: "milliseconds" };
const digest = {
  type: "string",
  pattern: "^sha256:[0-9a-f]{64}$",
  description: "of the release, of the layer where the event is about one, or of the bundle",
};
const yes = { type: "boolean" };
/** In the order in which they usually come. */
export const PHASES: readonly Phase[] = [
  ...["runtime", "settings", "release", "python", "fit", "leases", "layers", "collect", "plan"],
] as Phase[];
const phaseName = { enum: PHASES };
const release = {
  type: "object",
  properties: { digest, version: text, at: { ...text, pattern: TIMESTAMP } },
  required: ["digest"],
  additionalProperties: false,
};

const EVENTS = {
  setting: {
    level: "debug",
    says: "a setting that is not at its default",
    fields: { name: text, value: text, origin: text },
  },
  phase: {
    level: "debug",
    says: "a step of a start has ended; one may come more than once",
    fields: { phase: phaseName, ms },
  },
  release: {
    level: "debug",
    says: "what is going to be started, and where it comes from",
    fields: {
      label: text,
      "version?": text,
      digest,
      source: {
        enum: [
          ...[
            "cached",
            "fetched",
            "pinned",
            "fresh",
            "unchanged",
            "changed",
            "last-good",
            "bundle",
          ],
        ],
      },
    },
  },
  python: {
    level: "debug",
    says: "an interpreter that was considered; the last one that fits is started",
    fields: { path: text, version: text, fits: yes, why: text },
  },
  layers: {
    level: "debug",
    says: "how many layers there are, are missing, and are held by a lease",
    fields: { layers: whole, missing: whole, leased: whole },
  },
  "fetch-begins": {
    level: "info",
    says: "layers are about to be fetched",
    fields: { label: text, layers: whole, "bytes?": bytes },
  },
  waiting: {
    level: "info",
    says: "another edgeboot has been fetching the layer for a second",
    fields: { digest, holder: text },
  },
  retry: {
    level: "info",
    says: "a server did not answer, or broke off: it is asked again after a pause",
    fields: { url: text, why: text, attempt: whole, attempts: whole, wait_ms: ms },
  },
  "layer-awaited": {
    level: "debug",
    says: "another edgeboot has fetched the layer",
    fields: { digest, ms },
  },
  "layer-done": {
    level: "debug",
    says: "a layer is in the cache",
    fields: {
      digest,
      packed_bytes: bytes,
      unpacked_bytes: bytes,
      files: whole,
      left_out: texts,
      wait_ms: ms,
      download_ms: ms,
      verify_ms: ms,
      unpack_ms: ms,
      publish_ms: ms,
    },
  },
  "fetch-ends": {
    level: "info",
    says: "all layers are in the cache",
    fields: { label: text, packed_bytes: bytes, unpacked_bytes: bytes, ms },
  },
  cached: {
    level: "info",
    says: "`fetch` has found everything in the cache",
    fields: {},
  },
  exec: {
    level: "debug",
    says: "the last line of a start: Python takes over",
    fields: {
      how: { enum: ["exec", "spawn"] },
      executable: text,
      argv: texts,
      "pythonpath?": text,
      phases: { type: "object", propertyNames: phaseName, additionalProperties: ms },
      ms,
    },
  },
  detail: { level: "debug", says: "worth knowing, in words", fields: {} },
  warning: { level: "warn", says: "something is wrong, and the start goes on", fields: {} },
  pinned: {
    level: "info",
    says: "`pin` or `rollback` has chosen a release",
    fields: { "from?": release, to: release },
  },
  unpinned: { level: "info", says: "`pin --remove`", fields: { removed: yes } },
  skipped: {
    level: "warn",
    says: "`rollback` has passed over a release that is not cached",
    fields: { "version?": text, digest },
  },
  "not-cached": { level: "warn", says: "the next start has to fetch what was pinned", fields: {} },
  error: {
    level: "error",
    says: "the last line where edgeboot itself ends with an exit code other than 0",
    fields: {
      code: { enum: Object.keys(EXIT_CODES), description: "what tests and queries match on" },
      exit: { enum: [...new Set(Object.values(EXIT_CODES))] },
      what: text,
      why: text,
      next: text,
      causes: texts,
      "ref?": text,
      "version?": text,
      "digest?": digest,
      "suggestion?": { ...text, description: "the app or ref that was probably meant" },
      "url?": { ...text, description: "without credentials and query" },
      "path?": text,
      "json_path?": { ...text, description: "in the release document" },
      "expected?": text,
      "found?": text,
      "entry?": { ...text, description: "of the archive, or the entry point" },
      "format?": text,
      "rule?": { ...text, description: "of `edgeboot help archives`" },
      "limit?": { ...text, description: "the setting that was exceeded" },
      "status?": { ...whole, description: "HTTP status" },
      "uid?": whole,
      "damaged?": whole,
      "needed?": bytes,
      "free?": bytes,
      "cache?": text,
      "config?": text,
      "lock?": text,
    },
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

export type LogEvent = keyof typeof EVENTS;

/** JSON Schema (2020-12) of one line. */
export const LOG_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "edgeboot log line",
  description:
    "One line of stderr with EDGEBOOT_LOG=json. No event and no field beside these exists.",
  oneOf: Object.entries(EVENTS).map(([event, spec]) => lineSchema(event, spec)),
};

function lineSchema(event: string, { level, says, fields }: EventSpec): object {
  const own = Object.entries(fields).map(([name, shape]) => [name.replace("?", ""), shape]);
  const needed = Object.keys(fields).filter((name) => !name.endsWith("?"));
  return {
    description: says,
    type: "object",
    properties: {
      ts: { description: "RFC 3339, UTC", type: "string", pattern: TIMESTAMP },
      level: { const: level },
      event: { const: event },
      message: { description: "for people; its words may change", type: "string" },
      app: { description: "where one was named", type: "string" },
      ...Object.fromEntries(own),
    },
    required: ["ts", "level", "event", "message", ...needed],
    additionalProperties: false,
  };
}
