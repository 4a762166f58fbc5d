import { assert, assertEquals } from "@std/assert";
import { backoffMs, isTransient, PATIENCE, retryAfterMs } from "../../src/transport/retry.ts";

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

const RETRY_AFTER: [header: string | undefined, ms: number | undefined][] = [
  [undefined, undefined],
  ["", undefined],
  ["0", 0],
  ["2", 2000],
  ["20", 20_000],
  ["3600", 20_000],
  ["-1", undefined],
  ["1.5", undefined],
  ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  ["9999999999", undefined],
];

for (const [header, ms] of RETRY_AFTER) {
  Deno.test(`retryAfterMs gives ${ms} when the header is ${JSON.stringify(header)}`, () => {
    assertEquals(retryAfterMs(header), ms);
  });
}

Deno.test("PATIENCE of an eager caller ends within seconds", () => {
  assertEquals(PATIENCE.eager.attempts, 1);
  assert(PATIENCE.eager.headersMs <= 5000);
});
