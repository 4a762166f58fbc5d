import { assertEquals } from "@std/assert";
import { MOST_RESTARTS, PATIENCE } from "../../src/model/patience.ts";
import { Attempts, type Retry } from "../../src/transport/attempts.ts";
import { RecordingClock } from "../support/manual_time.ts";

function attempts(totalMs = Infinity) {
  const clock = new RecordingClock();
  const told: Retry[] = [];
  const tell = (retry: Retry) => void told.push(retry);
  return { clock, told, all: new Attempts(PATIENCE.patient, "https://h/a", clock, totalMs, tell) };
}

const BROKEN = { why: "it broke", progress: false };

Deno.test("Attempts.again ends after as many in a row as the patience has", async () => {
  const { all, told, clock } = attempts();
  const answers = [await all.again(BROKEN), await all.again(BROKEN), await all.again(BROKEN)];
  assertEquals([...answers, await all.again(BROKEN)], [true, true, true, false]);
  assertEquals(told.map(({ attempt, attempts }) => `${attempt}/${attempts}`), [
    "2/4",
    "3/4",
    "4/4",
  ]);
  assertEquals(clock.slept.length, 3);
});

Deno.test("Attempts.again counts anew after progress", async () => {
  const { all } = attempts();
  for (let round = 0; round < 20; round++) {
    assertEquals(await all.again(BROKEN), true);
    assertEquals(await all.again({ ...BROKEN, progress: true }), true);
  }
});

Deno.test("Attempts.again does not wait for what would come after the end", async () => {
  const { all, clock, told } = attempts(1000);
  assertEquals(await all.again({ ...BROKEN, retryAfterMs: 1000 }), false);
  assertEquals([clock.slept, told], [[], []]);
  assertEquals(await all.again({ ...BROKEN, retryAfterMs: 900 }), true);
  assertEquals(all.leftMs, 100);
});

Deno.test("Attempts.again waits at least as long as the server asks for", async () => {
  const { all, clock } = attempts();
  await all.again({ ...BROKEN, retryAfterMs: 7000 });
  assertEquals(clock.slept, [7000]);
});

Deno.test("Attempts.restart is granted so often and no more", () => {
  const { all } = attempts();
  const granted = Array.from({ length: MOST_RESTARTS + 1 }, () => all.restart());
  assertEquals(granted, [...Array(MOST_RESTARTS).fill(true), false]);
});
