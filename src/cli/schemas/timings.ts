import { instant } from "../json/shape.ts";
import { PHASES } from "./log.ts";

const seconds = { type: "number", minimum: 0, description: "seconds" };
const whole = { type: "integer", minimum: 0 };

/** What one line of `--timings FILE` says. */
export interface Timing {
  readonly schema: typeof TIMINGS_ID;
  readonly ts: string;
  readonly command: "run" | "exec" | "fetch";
  readonly pid: number;
  readonly app?: string;
  readonly ref?: string;
  readonly version?: string;
  readonly digest?: string;
  readonly start: "cold" | "warm" | "unknown";
  readonly fallback?: { readonly code: string; readonly url?: string; readonly status?: number };
  readonly result: "exec" | "spawn" | "done" | "failed";
  readonly exit?: number;
  readonly code?: string;
  readonly seconds: number;
  readonly since_process_start_seconds?: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly layers?: Readonly<Record<string, number>>;
  readonly downloaded_bytes: number;
  readonly unpacked_bytes: number;
}

export const TIMINGS_ID = "edgeboot.timings/v1";

/** JSON Schema (2020-12) of one line. */
export const TIMINGS_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "edgeboot timings, version 1",
  description: "One line of the file that --timings names: one start, as it was when Python took " +
    "over or when it failed.",
  type: "object",
  required: [
    ...["schema", "ts", "command", "pid", "start", "result", "seconds", "phases"],
    ...["downloaded_bytes", "unpacked_bytes"],
  ],
  additionalProperties: false,
  properties: {
    schema: { const: TIMINGS_ID },
    ts: { ...instant, description: "RFC 3339, UTC" },
    command: { enum: ["run", "exec", "fetch"] },
    pid: { description: "the app's own, unless it was spawned", ...whole },
    app: { type: "string" },
    ref: { description: "channel, version or sha256:<hex>, as it was asked for", type: "string" },
    version: { description: "of the release", type: "string" },
    digest: {
      description: "of the release; in direct mode of the bundle",
      type: "string",
      pattern: "^sha256:[0-9a-f]{64}$",
    },
    start: {
      description: "cold: layers were missing; unknown: it failed before that was known",
      enum: ["cold", "warm", "unknown"],
    },
    fallback: {
      description: "where the last release that started here was started in place of what could " +
        "not be had: why, as in the log",
      type: "object",
      required: ["code"],
      additionalProperties: false,
      properties: { code: { type: "string" }, url: { type: "string" }, status: whole },
    },
    result: {
      description: "exec: Python takes over, spawn: as a child; done: of fetch. Where the kernel " +
        "then refuses the exec, a second line says failed, 126",
      enum: ["exec", "spawn", "done", "failed"],
    },
    exit: { description: "where it failed", ...whole },
    code: { description: "where it failed: as in the log", type: "string" },
    seconds: { ...seconds, description: "since the runtime began, monotonic" },
    since_process_start_seconds: {
      ...seconds,
      description: "the same since the kernel made the process, to 10 ms; where /proc tells",
    },
    phases: {
      description: "seconds of each step; their sum is `seconds` but for the last fraction",
      type: "object",
      propertyNames: {
        enum: PHASES,
      },
      additionalProperties: seconds,
    },
    layers: {
      description: "of the phase `layers`: seconds of all layers together, which are fetched " +
        "several at once",
      type: "object",
      propertyNames: { enum: ["wait", "download", "verify", "unpack", "publish"] },
      additionalProperties: seconds,
    },
    downloaded_bytes: whole,
    unpacked_bytes: whole,
  },
} as const;
