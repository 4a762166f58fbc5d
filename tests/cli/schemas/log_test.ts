import { assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv";
import type { Event } from "../../../src/app/events.ts";
import { Logger } from "../../../src/cli/logger.ts";
import { LOG_JSON_SCHEMA } from "../../../src/cli/schemas/log.ts";
import { TIMINGS_JSON_SCHEMA } from "../../../src/cli/schemas/timings.ts";
import { StartReporter } from "../../../src/cli/start_reporter.ts";
import { VerboseReporter } from "../../../src/cli/verbose.ts";
import { RecordingClock } from "../../support/manual_time.ts";
import { sha256 } from "../../support/bundles.ts";

const ajv = new Ajv2020({ strict: true });
const validate = ajv.compile(LOG_JSON_SCHEMA);
ajv.compile(TIMINGS_JSON_SCHEMA);

const digest = sha256("x");
const layer = { digest, packedBytes: 1, unpackedBytes: 2, files: 3, leftOut: ["bin/python"] };
const EVENTS: { readonly [K in Event["kind"]]: Extract<Event, { kind: K }> } = {
  phase: { kind: "phase", phase: "settings" },
  release: {
    ...{ kind: "release", label: "shop@stable", app: "shop", version: "1", digest },
    source: "changed",
  },
  python: { kind: "python", path: "/usr/bin/python3", version: "3.11.2", fits: true, why: "best" },
  layers: { kind: "layers", layers: 2, missing: 1, leased: 2 },
  "fetch-begins": { kind: "fetch-begins", label: "shop@stable", layers: 1, bytes: undefined },
  "layer-progress": { kind: "layer-progress", digest, phase: "unpack", bytes: 1, total: 2 },
  "layer-done": {
    ...{ kind: "layer-done", ...layer },
    ms: { wait: 0, download: 1.23456, verify: 0.1, unpack: 2, publish: 3 },
  },
  "layer-awaited": { kind: "layer-awaited", digest, ms: 1.5 },
  "fetch-ends": {
    ...{ kind: "fetch-ends", label: "shop@stable", packedBytes: 1, unpackedBytes: 2, ms: 3 },
  },
  "verify-progress": { kind: "verify-progress", bytes: 1, total: 2 },
  "verify-ends": { kind: "verify-ends" },
  "publish-begins": { kind: "publish-begins", label: "shop 1", blobs: 2, bytes: 10 },
  "upload-progress": { kind: "upload-progress", digest, bytes: 1, total: 2 },
  "publish-ends": {
    ...{ kind: "publish-ends", label: "shop 1", sent: 1, sentBytes: 5, skipped: 1, ms: 3.25 },
  },
  waiting: { kind: "waiting", digest, holder: "somebody" },
  retry: {
    ...{ kind: "retry", url: "https://h/a", why: "503", attempt: 2, attempts: 4, waitMs: 200 },
  },
  exec: {
    ...{ kind: "exec", how: "exec", executable: "/usr/bin/python3", argv: ["python3"] },
    pythonpath: undefined,
  },
  warning: { kind: "warning", text: "careful" },
  fallback: {
    ...{ kind: "fallback", text: "careful", version: "1", digest, code: "REGISTRY_DENIED" },
    ...{ url: "https://h/a", status: 401 },
  },
  detail: { kind: "detail", text: "by the way" },
};
/** Drawn on terminals, and never a record. */
const UNTOLD = ["layer-progress", "upload-progress", "verify-progress", "verify-ends"];

for (const [kind, event] of Object.entries(EVENTS)) {
  Deno.test(`LOG_JSON_SCHEMA knows ${kind} as it is written`, async () => {
    const written: string[] = [];
    const terminal = { isTerminal: true, colour: true, columns: 80 };
    const output = {
      stdout: () => {},
      stderr: (text: string) => void written.push(text),
      ...{ stdoutTerminal: terminal, stderrTerminal: terminal },
      stderrIsJournal: false,
    };
    const host = { output, clock: new RecordingClock() };
    const logger = new Logger(host, { form: "json", level: "debug", verbosity: 0 });
    logger.about = { app: "shop" };
    const origins = new Map([["cache", { value: "/c", origin: "--cache" }]] as const);
    logger.more = new VerboseReporter(logger, { origins }, host);
    const reporter = new StartReporter(host, logger);
    await reporter.begins();
    host.clock.advance(5000);
    reporter.event(event);
    const records = written.map((line) => JSON.parse(line));
    for (const record of records) {
      assertEquals(validate(record), true, JSON.stringify([record, validate.errors]));
    }
    const own = records.filter((record) => record.event === kind);
    assertEquals(own.length, UNTOLD.includes(kind) ? 0 : 1);
  });
}

const WRONG: [why: string, change: Record<string, unknown>][] = [
  ["an event that is not in the table", { event: "novelty" }],
  ["a field that is not in the table", { leftOut: [] }],
  ["another level", { level: "info" }],
  ["a time that is not UTC", { ts: "2026-01-01 00:00:00" }],
];

for (const [why, change] of WRONG) {
  Deno.test(`LOG_JSON_SCHEMA refuses ${why}`, () => {
    const record = {
      ts: "2026-01-01T00:00:00.000Z",
      level: "debug",
      event: "detail",
      message: "m",
    };
    assertEquals(validate(record), true);
    assertEquals(validate({ ...record, ...change }), false);
  });
}
