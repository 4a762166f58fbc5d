import { assertEquals } from "@std/assert";
import { StallTimer } from "../../src/transport/stall.ts";
import { RecordingClock, withManualTimers } from "../support/manual_time.ts";

const PATIENCE = { answerMs: 3000, idleMs: 10_000 };

Deno.test("StallTimer ends an exchange without an answer", () =>
  withManualTimers((advance) => {
    const timer = new StallTimer(PATIENCE);
    advance(2999);
    assertEquals(timer.signal.aborted, false);
    advance(1);
    assertEquals(timer.signal.aborted, true);
    assertEquals(timer.explain(new Error("aborted")), "no answer within 3 s");
    return Promise.resolve();
  }));

Deno.test("StallTimer ends a body without a byte, and counts from the last one", () =>
  withManualTimers((advance) => {
    const timer = new StallTimer(PATIENCE);
    timer.headersCame();
    timer.resume();
    for (let i = 0; i < 5; i++) {
      advance(9999);
      timer.pause();
      timer.resume();
    }
    assertEquals(timer.signal.aborted, false);
    advance(10_000);
    assertEquals(timer.signal.aborted, true);
    assertEquals(timer.explain(new Error("x")), "no byte came for 10 s");
    return Promise.resolve();
  }));

Deno.test("StallTimer does not count the time in which the consumer is busy", () =>
  withManualTimers((advance, pending) => {
    const timer = new StallTimer(PATIENCE);
    timer.headersCame();
    timer.resume();
    timer.pause();
    advance(3_600_000);
    assertEquals(timer.signal.aborted, false);
    timer.resume();
    timer.stop();
    assertEquals(pending(), 0);
    return Promise.resolve();
  }));

Deno.test("StallTimer ends a body that drips, and counts only the time that was waited", () =>
  withManualTimers(() => {
    const clock = new RecordingClock();
    const drip = (bytes: number, everyMs: number) => {
      const timer = new StallTimer(PATIENCE, Infinity, Infinity, clock.monotonic);
      timer.headersCame();
      let chunks = 0;
      for (; chunks < 100 && !timer.signal.aborted; chunks++) {
        timer.resume();
        clock.advance(everyMs);
        timer.pause(bytes);
        // The consumer is busy.
        clock.advance(60_000);
      }
      timer.stop();
      return [chunks, timer.tooSlow, timer.reason];
    };
    assertEquals(drip(1, 1000), [10, true, "only 10 bytes came in 10 s"]);
    assertEquals(drip(1023, 1000), [10, true, "only 10230 bytes came in 10 s"]);
    assertEquals(drip(1024, 1000), [100, false, undefined]);
    assertEquals(drip(64 * 1024, 9999), [100, false, undefined]);
    return Promise.resolve();
  }));

Deno.test("StallTimer ends what is not here in its whole time", () =>
  withManualTimers((advance) => {
    const timer = new StallTimer(PATIENCE, 4000, 90_000);
    timer.headersCame();
    timer.resume();
    advance(4000);
    assertEquals(timer.reason, "not all came within 90 s");
    return Promise.resolve();
  }));

Deno.test("StallTimer explains other failures in the platform's words", () => {
  const timer = new StallTimer(PATIENCE);
  timer.stop();
  assertEquals(timer.explain(new Error("connection refused")), "connection refused");
  assertEquals(timer.explain("text"), "text");
});
