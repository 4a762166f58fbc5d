import type { Phase } from "../../app/events.ts";
import { ERROR_FIELDS } from "../json/error.ts";
import { releaseSource } from "../json/release_source.ts";
import {
  anyNames,
  bytes,
  count,
  type Described,
  described,
  digest,
  instant,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  yes,
} from "../json/shape.ts";

/**
 * Every line that edgeboot writes to stderr with EDGEBOOT_LOG=json, as a closed set: `Logger` takes no
 * other event and no other fact, and tests hold what is written to this table.
 */
interface EventSpec {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly says: string;
  readonly fields: Readonly<Record<string, Shape<unknown>>>;
}

const ms: Shape<number> = { type: "number", minimum: 0, description: "milliseconds" };
/** In the order in which they usually come. */
export const PHASES = [
  ...["runtime", "settings", "release", "python", "fit", "leases", "layers", "collect", "plan"],
] as readonly Phase[];
const phase = oneOf(...PHASES);
const release = record({ digest, version: optional(text), at: optional(instant) });
const app = optional(described(text, "where one was named"));

const EVENTS = {
  setting: {
    level: "debug",
    says: "a setting that is not at its default",
    fields: { name: text, value: text, origin: text },
  },
  phase: {
    level: "debug",
    says: "a step of a start has ended; one may come more than once",
    fields: { phase, ms },
  },
  release: {
    level: "debug",
    says: "what is going to be started, and where it comes from",
    fields: {
      label: text,
      version: optional(text),
      digest,
      source: releaseSource,
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
    fields: { layers: count, missing: count, leased: count },
  },
  "fetch-begins": {
    level: "info",
    says: "layers are about to be fetched",
    fields: { label: text, layers: count, bytes: optional(bytes) },
  },
  waiting: {
    level: "info",
    says: "another edgeboot has been fetching the layer for a second",
    fields: { digest, holder: text },
  },
  retry: {
    level: "info",
    says: "a server did not answer, or broke off: it is asked again after a pause",
    fields: { url: text, why: text, attempt: count, attempts: count, wait_ms: ms },
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
      files: count,
      left_out: list(text),
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
  "publish-begins": {
    level: "info",
    says: "the layers of a release are about to be sent, where they are not there yet",
    fields: { label: text, blobs: count, bytes: optional(bytes) },
  },
  "publish-ends": {
    level: "info",
    says: "a release is in the registry",
    fields: { label: text, sent: count, sent_bytes: bytes, skipped: count, ms },
  },
  promoted: {
    level: "info",
    says: "a channel stands for a release; moved: it did not before",
    fields: { channel: text, version: text, digest, sequence: count, moved: yes },
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
      how: oneOf("exec", "spawn"),
      executable: text,
      argv: list(text),
      pythonpath: optional(text),
      phases: { ...anyNames(ms), propertyNames: phase } as Shape<Partial<Record<Phase, number>>>,
      ms,
    },
  },
  detail: { level: "debug", says: "worth knowing, in words", fields: {} },
  warning: { level: "warn", says: "something is wrong, and the start goes on", fields: {} },
  fallback: {
    level: "warn",
    says: "the last release that started here starts again, in place of what cannot be had",
    fields: {
      version: optional(text),
      digest,
      code: ERROR_FIELDS.code,
      url: ERROR_FIELDS.url,
      status: ERROR_FIELDS.status,
    },
  },
  pinned: {
    level: "info",
    says: "`pin` or `rollback` has chosen a release",
    fields: { from: optional(release), to: release },
  },
  unpinned: { level: "info", says: "`pin --remove`", fields: { removed: yes } },
  skipped: {
    level: "warn",
    says: "`rollback` has passed over a release that is not cached",
    fields: { version: optional(text), digest },
  },
  "not-cached": { level: "warn", says: "the next start has to fetch what was pinned", fields: {} },
  error: {
    level: "error",
    says: "the last line where edgeboot itself ends with an exit code other than 0",
    fields: ERROR_FIELDS,
  },
} as const satisfies Readonly<Record<string, EventSpec>>;

export type LogEvent = keyof typeof EVENTS;

/** What a line says besides its text. */
export type LogFacts<E extends LogEvent> = Described<
  ReturnType<typeof record<(typeof EVENTS)[E]["fields"]>>
>;

/** JSON Schema (2020-12) of one line. */
export const LOG_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "edgeboot log line",
  description:
    "One line of stderr with EDGEBOOT_LOG=json. No event and no field beside these exists.",
  oneOf: Object.entries(EVENTS).map(([event, spec]) => lineSchema(event, spec)),
};

function lineSchema(event: string, { level, says, fields }: EventSpec): object {
  return {
    description: says,
    ...record({
      ts: described(instant, "RFC 3339, UTC"),
      level: oneOf(level),
      event: oneOf(event),
      message: described(text, "for people; its words may change"),
      app,
      ...fields,
    }),
  };
}
