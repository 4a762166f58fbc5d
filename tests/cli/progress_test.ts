import { assert, assertEquals } from "@std/assert";
import type { Event } from "../../src/app/events.ts";
import type { LogStyle } from "../../src/cli/log_style.ts";
import { Logger } from "../../src/cli/logger.ts";
import { type LayerState, ProgressReporter, renderProgress } from "../../src/cli/progress.ts";
import { sha256 } from "../support/bundles.ts";
import { RecordingClock } from "../support/manual_time.ts";

const BARS: [layers: LayerState[], stated: number | undefined, line: string][] = [
  [[], undefined, "  0 B"],
  [[{ downloaded: 1234, total: undefined, unpacked: 0 }], undefined, "  1.23 kB"],
  [
    [{ downloaded: 0, total: 1000, unpacked: 0 }],
    undefined,
    "  [------------------------] 0 B of 1 kB",
  ],
  [
    [{ downloaded: 500, total: 1000, unpacked: 0 }],
    undefined,
    "  [############------------] 500 B of 1 kB",
  ],
  [
    [{ downloaded: 1000, total: 1000, unpacked: 2500 }],
    2000,
    "  [############------------] 1 kB of 2 kB, unpacked 2.5 kB",
  ],
  [
    [{ downloaded: 5000, total: 1000, unpacked: 0 }],
    1000,
    "  [########################] 5 kB of 1 kB",
  ],
  [
    [{ downloaded: 1, total: 2, unpacked: 0 }, { downloaded: 1, total: undefined, unpacked: 0 }],
    undefined,
    "  2 B",
  ],
];

const HALF: LayerState[] = [{ downloaded: 500, total: 1000, unpacked: 2000 }];
const NARROW: [columns: number, line: string][] = [
  [79, "  [############------------] 500 B of 1 kB, unpacked 2 kB"],
  [50, "  [########---------] 500 B of 1 kB, unpacked 2 kB"],
  [40, "  [###----] 500 B of 1 kB, unpacked 2 kB"],
  [38, "  500 B of 1 kB, unpacked 2 kB"],
];

for (const [columns, line] of NARROW) {
  Deno.test(`renderProgress fits ${columns} columns`, () => {
    assertEquals(renderProgress(HALF, 1000, columns), line);
  });
}

for (const [layers, stated, line] of BARS) {
  Deno.test(`renderProgress draws ${JSON.stringify(line)}`, () => {
    assertEquals(renderProgress(layers, stated), line);
  });
}

function reporter(isTerminal: boolean, style: Partial<LogStyle> = {}) {
  const written: string[] = [];
  const clock = new RecordingClock();
  const host = {
    clock,
    output: {
      stdout: () => {
        throw new Error("stdout belongs to the app");
      },
      stderr: (text: string) => void written.push(text),
      stdoutTerminal: { isTerminal, colour: false, columns: 40 },
      stderrTerminal: { isTerminal, colour: false, columns: 40 },
      stderrIsJournal: false,
    },
  };
  const logger = new Logger(host, { form: "text", level: "info", verbosity: 0, ...style });
  return { reporter: new ProgressReporter(host, logger), logger, written, clock };
}

const DIGEST = sha256("x");
const PROGRESS: Event = {
  kind: "layer-progress",
  digest: DIGEST,
  phase: "download",
  bytes: 500,
  total: 1000,
};
const COLD: Event[] = [
  { kind: "fetch-begins", label: "hello@stable", layers: 1, bytes: 1000 },
  PROGRESS,
  { ...PROGRESS, bytes: 900 },
  {
    kind: "layer-done",
    digest: DIGEST,
    packedBytes: 1000,
    unpackedBytes: 2000,
    files: 3,
    leftOut: ["bin/python3"],
    ms: { wait: 0, download: 10, verify: 1, unpack: 20, publish: 5 },
  },
  { kind: "fetch-ends", label: "hello@stable", packedBytes: 1000, unpackedBytes: 2000, ms: 1234 },
];

Deno.test("ProgressReporter writes a line at the start and one at the end when there is no terminal", () => {
  const { reporter: report, written, clock } = reporter(false);
  for (const event of COLD) {
    clock.advance(1000);
    report.event(event);
  }
  assertEquals(written, [
    "edgeboot: hello@stable: fetching 1 layer, 1 kB\n",
    "edgeboot: hello@stable: ready in 1s 234ms (1 kB fetched, 2 kB unpacked)\n",
  ]);
});

Deno.test("ProgressReporter writes one JSON record a line when that is asked for", () => {
  const { reporter: report, written } = reporter(true, { form: "json", level: "debug" });
  for (const event of COLD) report.event(event);
  const records = written.map((line) => JSON.parse(line));
  assertEquals(records.map(({ event }) => event), ["fetch-begins", "fetch-ends"]);
  assertEquals(records[1].packed_bytes, 1000);
  assert(written.every((line) => line.endsWith("\n") && !line.slice(0, -1).includes("\n")));
});

Deno.test("ProgressReporter draws on a terminal at most ten times a second and wipes the bar", () => {
  const { reporter: report, written, clock } = reporter(true);
  report.event(COLD[0]!);
  clock.advance(1000);
  for (let i = 0; i < 10; i++) {
    report.event({ ...PROGRESS, bytes: i * 100 });
    clock.advance(25);
  }
  const bars = written.filter((text) => text.startsWith("\r  ["));
  assertEquals(bars.length, 3);
  assert(bars.every((bar) => bar.length <= 40));
  report.event(COLD[4]!);
  const after = written.slice(written.lastIndexOf("\r\x1b[K") + 1);
  assert(after[0]!.startsWith("edgeboot: hello@stable: ready"));
  assert(after.every((line) => !line.startsWith("\r")));
});

Deno.test("ProgressReporter writes nothing when the level says so", () => {
  const { reporter: report, written, clock } = reporter(true, { level: "warn" });
  for (const event of COLD) {
    clock.advance(1000);
    report.event(event);
  }
  assertEquals(written, []);
});

Deno.test("ProgressReporter leaves no bar in front of an error", () => {
  const { reporter: report, logger, written, clock } = reporter(true);
  report.event(COLD[0]!);
  clock.advance(1000);
  report.event(PROGRESS);
  assert(written.at(-1)!.startsWith("\r  ["));
  logger.error(new Error("broke"));
  const error = written.findIndex((text) => text.startsWith("edgeboot: error: "));
  assertEquals(written[error - 1], "\r\x1b[K");
});
