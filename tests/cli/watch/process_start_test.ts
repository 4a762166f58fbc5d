import { assertEquals } from "@std/assert";
import { elapsed, sinceProcessStart } from "../../../src/cli/watch/process_start.ts";
import { FakeFs } from "../../support/fake_fs.ts";

/** proc_pid_stat(5), with the start time in field 22. */
function stat(name: string, start: number): string {
  const before = ["S", ...Array.from({ length: 18 }, (_, index) => String(index))];
  return `4711 (${name}) ${before.join(" ")} ${start} 1000 2000\n`;
}

const CASES: [stat: string, uptime: string, seconds: number | undefined][] = [
  [stat("edgeboot", 100_000), "1000.05 2000.00\n", 0.05],
  [stat("a) b (c) S 1 2", 100_000), "1000.00 1\n", 0],
  [stat("edgeboot", 100_001), "1000.00 1\n", undefined],
  [stat("edgeboot", 100), "1000000.00 1\n", undefined],
  ["", "1000.00 1\n", undefined],
  [stat("edgeboot", 100), "", undefined],
];

for (const [text, uptime, seconds] of CASES) {
  Deno.test(`elapsed is ${seconds} for ${JSON.stringify([text.slice(0, 20), uptime])}`, () => {
    assertEquals(elapsed(text, uptime), seconds);
  });
}

Deno.test("sinceProcessStart is undefined when there is no /proc", () => {
  assertEquals(sinceProcessStart(new FakeFs({})), undefined);
});
