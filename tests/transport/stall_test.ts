import { assertEquals } from "@std/assert";
import { StallTimer } from "../../src/transport/stall.ts";
import { withManualTimers } from "../support/manual_time.ts";

Deno.test("StallTimer ends an exchange without an answer", () =>
  withManualTimers((advance) => {
    const timer = new StallTimer(3000, 10_000);
    advance(2999);
    assertEquals(timer.signal.aborted, false);
    advance(1);
    assertEquals(timer.signal.aborted, true);
    assertEquals(timer.explain(new Error("aborted")), "no answer within 3 s");
    return Promise.resolve();
  }));

Deno.test("StallTimer ends a body without a byte, and counts from the last one", () =>
  withManualTimers((advance) => {
    const timer = new StallTimer(3000, 10_000);
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
    const timer = new StallTimer(3000, 10_000);
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

Deno.test("StallTimer explains other failures by their innermost cause", () => {
  const timer = new StallTimer(3000, 10_000);
  timer.stop();
  const cause = new TypeError("fetch failed", { cause: new Error("connection refused") });
  assertEquals(timer.explain(cause), "connection refused");
  assertEquals(timer.explain("text"), "text");
});
