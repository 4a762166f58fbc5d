import { assert, assertEquals } from "@std/assert";
import { isProgress, PATIENCE } from "../../src/model/patience.ts";
import { backoffMs, isTransient, retryAfterMs } from "../../src/transport/retry.ts";

Deno.test("isTransient holds for statuses that a later attempt may not meet", () => {
  const transient = [408, 429, 500, 502, 503, 504];
  const all = Array.from({ length: 500 }, (_, index) => 100 + index);
  assertEquals(all.filter(isTransient), transient);
});

Deno.test("backoffMs triples, with up to half as much again at random", () => {
  assertEquals([1, 2, 3].map((attempt) => Math.round(backoffMs(attempt, () => 0))), [
    200,
    600,
    1800,
  ]);
  assertEquals([1, 2, 3].map((attempt) => Math.round(backoffMs(attempt, () => 1))), [
    300,
    900,
    2700,
  ]);
});

const NOW = Date.UTC(2026, 9, 21, 7, 28, 0);
const DATE = "Wed, 21 Oct 2026 07:28:00 GMT";

const RETRY_AFTER: [header: string | undefined, ms: number | undefined, date?: string][] = [
  [undefined, undefined],
  ["", undefined],
  ["0", 0],
  ["2", 2000],
  [" 2 ", 2000],
  ["20", 20_000],
  ["3600", 20_000],
  ["99999999999", 20_000],
  ["9".repeat(400), 20_000],
  ["-1", undefined],
  ["1.5", undefined],
  ["0x10", undefined],
  ["soon", undefined],
  ["2 s", undefined],
  ["2026-10-21", undefined],
  ["Wed, 21 Oct 2026 07:28:07 GMT", 7000],
  ["Wednesday, 21-Oct-26 07:28:07 GMT", 7000],
  ["Wed Oct 21 07:28:07 2026", 7000],
  ["Wed, 21 Oct 2026 08:28:00 GMT", 20_000],
  ["Wed, 21 Oct 2026 07:00:00 GMT", 0],
  ["Wed, 99 Oct 2026 07:28:07 GMT", undefined],
  // This machine's clock is a day behind the server's.
  ["Thu, 22 Oct 2026 07:28:07 GMT", 7000, "Thu, 22 Oct 2026 07:28:00 GMT"],
];

for (const [header, ms, date] of RETRY_AFTER) {
  const shown = JSON.stringify(header)?.slice(0, 40);
  Deno.test(`retryAfterMs gives ${ms} when the header is ${shown} at ${date ?? DATE}`, () => {
    assertEquals(retryAfterMs(header, date, NOW), ms);
  });
}

Deno.test("PATIENCE of an eager caller ends within seconds", () => {
  assertEquals(PATIENCE.eager.attempts, 1);
  assert(PATIENCE.eager.answerMs <= 5000);
});

const PROGRESS: (readonly [bytes: number, total: number | undefined, progress: boolean])[] = [
  ...[[0, 0, false], [0, 100, false], [9, 100, false], [10, 100, true]] as const,
  ...[[1, 5_000_000, false], [65_535, 5_000_000, false], [65_536, 5_000_000, true]] as const,
  ...[[1023, undefined, false], [1024, undefined, true]] as const,
];

for (const [bytes, total, progress] of PROGRESS) {
  Deno.test(`isProgress is ${progress} with ${bytes} of ${total} bytes`, () => {
    assertEquals(isProgress(bytes, total), progress);
  });
}
